export const MIN_ACCOUNT_PASSWORD_LENGTH = 8
/** Of any password, an account's or a share's. */
export const MAX_PASSWORD_LENGTH = 256

/** What a new account's password must be, as people are told. */
export const PASSWORD_RULE = `A password needs ${MIN_ACCOUNT_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`
export const PASSWORD_HINT = `At least ${MIN_ACCOUNT_PASSWORD_LENGTH} characters.`

/** The form in which passwords are hashed: the same characters typed on another keyboard are the same password. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC')
}
