import { isListed } from './who-may-view.ts'

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
  /** their browser was granted a view of this a moment ago: loading the page again takes no further one */
  readonly holdsView: boolean
}

export const stranger: Visitor = {
  accountId: null,
  verifiedEmails: [],
  passwordProof: 'none',
  foundNoView: false,
  holdsView: false,
}

/** The email by which a visitor who is shown a share got in: its owner sees that, and the visitor is told. */
export function emailThatOpened(
  share: { readonly hasWhitelist: boolean; readonly whitelist: readonly string[] },
  { verifiedEmails }: Visitor,
): string | undefined {
  if (!share.hasWhitelist) return undefined
  return verifiedEmails.find((email) => isListed(share.whitelist, email)) ?? verifiedEmails[0]
}
