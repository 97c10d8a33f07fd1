/** What the operator says of emails that nobody has verified. */
export type UnverifiedEmailPolicy = 'trust' | 'refuse'

/** The email that counts for a whitelist, or null while it counts as unverified. */
export function verifiedEmail(
  account: { readonly email: string; readonly isVerified: boolean },
  policy: UnverifiedEmailPolicy,
): string | null {
  return account.isVerified || policy === 'trust' ? account.email : null
}
