export const MIN_ACCOUNT_PASSWORD_LENGTH = 8
/** Of any password, an account's or a share's. */
export const MAX_PASSWORD_LENGTH = 256

/** What a new account's password must be, as people are told. */
export const PASSWORD_RULE = `A password needs ${MIN_ACCOUNT_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`
export const PASSWORD_HINT = `At least ${MIN_ACCOUNT_PASSWORD_LENGTH} characters.`

export const COMMON_PASSWORD =
  'Too many people have this password: it is among the first that are tried. Choose another.'

/** Of eight characters and more, what lists of leaked passwords begin with. */
const COMMON = new Set(
  (
    'password passw0rd p@ssword p@ssw0rd password1 12345678 123456789 1234567890 0123456789 87654321 987654321 ' +
    'qwertyui qwertyuiop qwerty12 qwerty123 1q2w3e4r 1qaz2wsx 1q2w3e4r5t asdfghjk asdfghjkl iloveyou princess ' +
    'sunshine football baseball superman trustno1 letmein1 welcome1 abcd1234 abc12345 changeme passwort'
  ).split(' '),
)

/** Whether a password is among the first that somebody would try for this email. */
export function isCommonPassword(password: string, email: string): boolean {
  const lower = password.toLowerCase()
  return COMMON.has(lower) || lower === email.toLowerCase()
}

/** The form in which passwords are hashed: the same characters typed on another keyboard are the same password. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC')
}

/** What a sign-in that is wrong is told, wherever it was tried. */
export const WRONG_CREDENTIALS = 'Email or password is wrong. Check both and try again.'
