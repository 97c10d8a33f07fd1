export const MAX_EMAIL_LENGTH = 256

// One @, something on either side, no spaces, controls or list punctuation, no empty domain label. Nor the other dots
// that mail servers read as one in a domain (RFC 3490, 3.1): one mailbox has one spelling, and one set of limits.
const EMAIL =
  /^[^\s@,;:<>()[\]"\\\p{C}]+@[^\s@,;:<>()[\]"\\.\u3002\uff0e\uff61\p{C}]+(?:\.[^\s@,;:<>()[\]"\\.\u3002\uff0e\uff61\p{C}]+)*$/u

/**
 * The form in which emails are stored and compared: trimmed, NFC, lower case.
 *
 * @returns undefined when the text isn't an email address of at most 256 characters
 */
export function normaliseEmail(text: string): string | undefined {
  const email = text.trim().normalize('NFC').toLowerCase()
  return email.length <= MAX_EMAIL_LENGTH && EMAIL.test(email) ? email : undefined
}

/** The domain of an email in normal form, as a list has it: `@example.com`. */
export function domainOf(email: string): string {
  return email.slice(email.indexOf('@'))
}

/**
 * The normal form of what a list of readers may hold: an email, or `@example.com` for everybody's at that domain.
 *
 * @returns undefined when the text is neither
 */
export function normaliseListEntry(text: string): string | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('@')) return normaliseEmail(trimmed)
  const somebody = normaliseEmail(`a${trimmed}`)
  return somebody && domainOf(somebody)
}

/** Whether what a list holds is a whole domain. */
export function isDomainEntry(entry: string): boolean {
  return entry.startsWith('@')
}
