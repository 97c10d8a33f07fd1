import { normaliseEmail, normaliseListEntry } from '../accounts/email.ts'
import { COMMON_PASSWORD, isCommonPassword, normalisePassword } from '../accounts/password.ts'
import { type InputIssue, Refusal } from './refusal.ts'

type Path = readonly (string | number)[]

/** @throws Refusal when it isn't an email address */
export function readEmail(text: string, field = 'email'): string {
  const email = normaliseEmail(text)
  if (email === undefined) throw invalidInput([notAnEmail([field])])
  return email
}

/**
 * What a list of readers gets, emails and `@domains`: normal forms, each once.
 *
 * @param field that the emails came in; undefined for a bare array
 * @throws Refusal that names each one which is neither by its index
 */
export function readListEntries(texts: readonly string[], field: string | undefined): string[] {
  const entries = new Set<string>()
  const issues: InputIssue[] = []
  for (const [index, text] of texts.entries()) {
    const entry = normaliseListEntry(text)
    if (entry !== undefined) entries.add(entry)
    else issues.push(notAnEmail(field === undefined ? [index] : [field, index]))
  }
  if (issues.length > 0) throw invalidInput(issues)
  return [...entries]
}

/** A new password for an account, in the form that is hashed. @throws Refusal when anybody would guess it */
export function readNewPassword(text: string, email: string): string {
  const password = normalisePassword(text)
  if (!isCommonPassword(password, email)) return password
  throw invalidInput([{ code: 'common_password', message: COMMON_PASSWORD, path: ['password'] }])
}

function notAnEmail(path: Path): InputIssue {
  return { code: 'invalid_string', message: 'Not an email address; write it like ada@example.com.', path }
}

function invalidInput(issues: readonly InputIssue[]): Refusal {
  return new Refusal({ code: 'invalid-input', part: 'body', issues })
}
