export const MIN_ACCOUNT_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 256

/** The form in which passwords are hashed: the same characters typed on another keyboard are the same password. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC')
}
