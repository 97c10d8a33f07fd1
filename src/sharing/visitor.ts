/** How far the visitor has got with the share's password. */
export type PasswordProof = 'none' | 'wrong' | 'proved' | 'tries-used-up'

/** Who asks, as far as they have proved it. A visitor by link is never the owner in disguise. */
export interface Visitor {
  /** The signed-in account, if any; `verifiedEmail` is null while its email counts as unverified. */
  readonly account: { readonly id: number; readonly verifiedEmail: string | null } | null
  readonly passwordProof: PasswordProof
}

export const stranger: Visitor = { account: null, passwordProof: 'none' }
