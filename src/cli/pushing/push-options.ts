import { normaliseListEntry } from '../../accounts/email.ts'
import { MAX_PASSWORD_LENGTH } from '../../accounts/password.ts'
import { MAX_LABEL_LENGTH } from '../../sharing/limits.ts'
import type { Parsed } from '../command.ts'
import { Failure } from '../failure.ts'
import { askNewPassword, readPasswordFile } from '../passwords.ts'
import { readExpiry } from '../read-expiry.ts'
import type { Access } from '../server/share-chat.ts'
import type { pushOptions } from './push-help.ts'

const MAX_NAME = 200
const MAX_SPEAKER_NAME = 100

/** The options of a push, as they were given. */
export type PushOptions = Parsed<typeof pushOptions>['values']

/** What can be wrong with the arguments is said before anything is asked or done. */
export function checkPushOptions(values: PushOptions, positionals: readonly string[]): void {
  const problem = problemWith(values, positionals)
  if (problem !== undefined) throw new Failure('usage', `${problem} See: neptun-share push --help`)
}

function problemWith(values: PushOptions, positionals: readonly string[]): string | undefined {
  const { name } = values
  const hasPassword = values.password === true || values['password-file'] !== undefined
  if (values.latest !== undefined && positionals.length > 0) return 'Push either a FILE or --latest.'
  if (values.latest === undefined && positionals.length === 0) return 'Name a FILE to push, or use --latest.'
  if (positionals.filter((file) => file === '-').length > 1) return 'Standard input can be pushed only once.'
  if (values.password === true && values['password-file'] !== undefined) {
    return '--password and --password-file exclude each other.'
  }
  if (values.public === true && (hasPassword || values.email !== undefined)) {
    return '--public lets anyone in, so it excludes --password and --email.'
  }
  if (values.notify === true && values.email === undefined) {
    return '--notify mails the link to those whom --email lists; name them.'
  }
  if (values.tools === true && values['no-tools'] === true)
    return '--tools and --no-tools exclude each other.'
  if (values.redact === true && values['allow-secrets'] === true)
    return '--redact and --allow-secrets exclude each other.'
  if (values.file !== undefined && (positionals.length !== 1 || values.all === true))
    return '--file goes with a single FILE, in which it is named.'
  if (values.all === true && values.chat !== undefined) return '--all and --chat exclude each other.'
  if (name !== undefined && (name.trim() === '' || name.length > MAX_NAME)) {
    return `--name takes 1 to ${MAX_NAME} characters.`
  }
  const { label } = values
  if (label !== undefined && (label.trim() === '' || label.trim().length > MAX_LABEL_LENGTH)) {
    return `--label takes 1 to ${MAX_LABEL_LENGTH} characters.`
  }
  for (const speaker of ['user', 'assistant'] as const) {
    const given = values[speaker]
    if (given !== undefined && (given.trim() === '' || given.length > MAX_SPEAKER_NAME))
      return `--${speaker} takes the name of 1 to ${MAX_SPEAKER_NAME} characters that the file gives them.`
  }
  if (values.user !== undefined && values.user === values.assistant)
    return '--user and --assistant must be different names.'
  const isSeveral = values.all === true || (values.chat ?? positionals).length > 1
  return name !== undefined && isSeveral ? '--name is for a single chat.' : undefined
}

/** How the link is to be; asks for its password if need be. */
export async function readAccess(values: PushOptions, isInputTaken: boolean): Promise<Access> {
  const maxViews = values['max-views']
  if (maxViews !== undefined && !/^[1-9]\d{0,8}$/.test(maxViews)) {
    throw new Failure('usage', '--max-views takes a whole number from 1 on.')
  }
  const expiresAt = values.expires === undefined ? undefined : readExpiry(values.expires, Date.now())
  const emails = values.email?.flatMap((list) => list.split(',')).filter((one) => one.trim() !== '')
  const wrong = emails?.find((email) => normaliseListEntry(email) === undefined)
  if (wrong !== undefined) throw new Failure('usage', `${wrong.trim()} is not an email address.`)
  if (emails?.length === 0) throw new Failure('usage', '--email takes an address.')

  const file = values['password-file']
  const password =
    file !== undefined
      ? readPasswordFile(file)
      : values.password === true
        ? await askNewPassword('Password for the link: ', { isInputTaken })
        : undefined
  if (password !== undefined && (password.trim() === '' || password.length > MAX_PASSWORD_LENGTH)) {
    throw new Failure(
      'usage',
      `A password has 1 to ${MAX_PASSWORD_LENGTH} characters that aren't all spaces.`,
    )
  }
  return {
    isPublic: values.public === true,
    password,
    emails,
    notifies: values.notify === true,
    expiresAt,
    maxViews: maxViews === undefined ? undefined : Number(maxViews),
    mailsFirstRead: values['mail-at-first-read'] === true,
    isSnapshot: values.snapshot === true,
    label: values.label?.trim().normalize('NFC'),
  }
}
