export const MAX_EMAIL_LENGTH = 256

// One @, something on either side, no spaces, controls or list punctuation, no empty domain label.
const EMAIL = /^[^\s@,;:<>()[\]"\\\p{C}]+@[^\s@,;:<>()[\]"\\.\p{C}]+(?:\.[^\s@,;:<>()[\]"\\.\p{C}]+)*$/u

/**
 * The form in which emails are stored and compared: trimmed, NFC, lower case.
 *
 * @returns undefined when the text isn't an email address of at most 256 characters
 */
export function normaliseEmail(text: string): string | undefined {
  const email = text.trim().normalize('NFC').toLowerCase()
  return email.length <= MAX_EMAIL_LENGTH && EMAIL.test(email) ? email : undefined
}
