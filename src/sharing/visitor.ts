/** How far the visitor has got with the share's password. */
export type PasswordProof = 'none' | 'wrong' | 'proved' | 'tries-used-up'

/** Who asks, described only by what they have proved. */
export interface Visitor {
  /** the account that is signed in */
  readonly accountId: number | null
  /** what the visitor has proved to be theirs, in normal form */
  readonly verifiedEmails: readonly string[]
  readonly passwordProof: PasswordProof
  /** they tried to take one of the share's limited views, and none was left */
  readonly foundNoView: boolean
  /** their browser was granted one of the share's limited views a moment ago: what belongs to it takes no further one */
  readonly holdsView: boolean
}

export const stranger: Visitor = {
  accountId: null,
  verifiedEmails: [],
  passwordProof: 'none',
  foundNoView: false,
  holdsView: false,
}
