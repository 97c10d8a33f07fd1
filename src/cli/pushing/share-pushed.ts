import type { Chat, ImportReport, ImportedConversation, Share } from '../../client/types.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import type { FailedConversation, LeftOut } from '../../importing/imported-chat.ts'
import { printableLine } from '../../terminal/printable.ts'
import type { Progress } from '../../terminal/progress.ts'
import { Failure } from '../failure.ts'
import type { Output } from '../output.ts'
import type { OwnerApi } from '../server/api.ts'
import { type Access, shareChat } from '../server/share-chat.ts'
import { readersOf, stateOf } from '../share-words.ts'
import type { Parcel } from './parcel.ts'
import type { PushOptions } from './push-options.ts'
import type { PushedFiles } from './pushed-files.ts'
import { chosenSecrets, heldBack, redactedSentence } from './secrets-found.ts'

type Outcome = ImportedConversation['outcome']

/** One chat that is on the server now, for `--json`. */
type Pushed = { url: string; change: Outcome; chat: Chat; share: Share; left_out: LeftOut }

/** A push under way. */
export type Push = {
  readonly api: OwnerApi
  readonly values: PushOptions
  readonly access: Access
  /** standard input is one of the files */
  readonly isInputTaken: boolean
  readonly memory: PushedFiles
  readonly output: Output
  readonly progress: Progress
  readonly pushed: Pushed[]
  readonly failed: FailedConversation[]
}

/**
 * Makes the links of what was sent, and prints them.
 *
 * @param isSingle nothing else is pushed, so that a refusal is that of the push
 */
export async function shareAll(
  push: Push,
  parcel: Parcel,
  sent: ImportReport,
  isSingle: boolean,
): Promise<void> {
  const { api, progress } = push
  const { shares } = await api.linksPage({})
  const label = push.access.label ?? null
  const shareOf = new Map(
    shares.filter((share) => share.label === label).map((share) => [share.chat_conversation_id, share]),
  )
  const done = new Set<number | null>()
  for (const [index, conversation] of sent.conversations.entries()) {
    // An archive may hold a conversation twice; one that isn't stored has no id.
    if (conversation.chat_id !== null && done.has(conversation.chat_id)) continue
    done.add(conversation.chat_id)
    progress.update('Making links', index, sent.conversations.length)
    try {
      await shareOne(push, parcel, conversation, shareOf)
    } catch (error) {
      if (!(error instanceof Failure) || isSingle || error.code !== 'refused') throw error
      fail(push, { title: conversation.name, reason: error.message })
    }
  }
}

async function shareOne(
  { api, values, access, memory, output, progress, pushed }: Push,
  { place }: Parcel,
  conversation: ImportedConversation,
  shareOf: ReadonlyMap<number, Share>,
): Promise<void> {
  const { outcome, left_out } = conversation
  if (outcome === 'edited') throw editedThere(conversation)
  if (outcome === 'secrets') throw heldBack(conversation)
  const chat = await nameChat(api, conversation.chat_id ?? 0, values)
  const problem = place && memory.remember({ file: place, chatId: chat.id, createdAt: chat.created_at })
  if (problem) output.note(`Pushing the file again after a change will make a new chat: ${problem}`)
  const existing = shareOf.get(chat.id)
  const share = await shareChat(api, chat, existing, access)
  pushed.push({ url: share.url, change: outcome, chat, share, left_out })
  progress.interrupt(() => {
    output.note(`${printableLine(chat.name)}: ${CHANGE_WORDS[outcome]}, ${whoReads(share)}.`)
    const redacted = redactedSentence(conversation)
    if (redacted !== undefined) output.note(`  ${redacted}.`)
    const leftOut = leftOutSentence(left_out)
    if (leftOut !== undefined && outcome !== 'unchanged') output.note(`  ${leftOut}.`)
    if (existing?.snapshot_at && !access.isSnapshot && outcome !== 'unchanged') {
      output.note('  The link still shows the old snapshot; --snapshot updates it.')
    }
    output.line(printableLine(share.url))
  })
}

/** Something wasn't pushed. */
export function fail({ failed, output, progress }: Push, one: FailedConversation): void {
  failed.push(one)
  progress.interrupt(() => output.note(`${printableLine(one.title)} was not pushed: ${one.reason}`))
}

/** The server looks for secrets in what is imported; a name that is given here comes after that. */
async function nameChat(api: OwnerApi, id: number, values: PushOptions): Promise<Chat> {
  const chat = await api.chat(id)
  const { name } = values
  if (name === undefined || name === chat.name) return chat
  const named = await api.renameChat(id, name)
  if (chosenSecrets(values) === 'allow') return named
  const { findings } = await api.scanChat(id)
  const inName = findings.filter(({ kind, message_id }) => kind === 'secret' && message_id === null)
  if (inName.length === 0) return named
  await api.renameChat(id, chat.name)
  const labels = inName.map(({ label }) => label).join(', ')
  throw new Failure(
    'refused',
    `The chat is on the server, for you alone unless it had a link: there is a secret in --name (${labels}). ` +
      'Push it again under another name, or with --allow-secrets.',
  )
}

function editedThere({ name, chat_id }: ImportedConversation): Failure {
  return new Failure(
    'refused',
    `${printableLine(name)} was edited on the server since it was pushed; pushing it again would undo that. ` +
      'Use --force to push it anyway.',
    { chat_id },
  )
}

const CHANGE_WORDS: Readonly<Record<Outcome, string>> = {
  new: 'pushed',
  updated: 'updated',
  unchanged: 'nothing new',
  edited: 'left unchanged',
  secrets: 'held back',
}

function whoReads(share: Share): string {
  if (share.state !== 'active') return `but its link is ${stateOf(share)}`
  if (share.whitelist_count > 0) return `for ${readersOf(share)}`
  if (share.has_password) return 'for those who know the password'
  return isForOwnerAlone(share) ? 'for you alone' : 'for anyone with the link'
}

/** Whether nobody else can open it, until its owner says who. */
export function isForOwnerAlone(share: Share): boolean {
  return share.is_protected && !share.has_password && share.whitelist_count === 0
}
