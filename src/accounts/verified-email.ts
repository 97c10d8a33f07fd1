/** What the operator says of emails that nobody has verified; unset: trusted on this machine alone. */
export type UnverifiedEmailPolicy = 'trust' | 'refuse' | 'trust-on-this-machine'

/**
 * The email that counts for a whitelist, or null while it counts as unverified.
 *
 * @param asked whether the server is for this machine alone, and whether the request came through a proxy
 */
export function verifiedEmail(
  account: { readonly email: string; readonly isVerified: boolean },
  policy: UnverifiedEmailPolicy,
  asked: { readonly serverIsLoopback: boolean; readonly isForwarded: boolean },
): string | null {
  if (account.isVerified || policy === 'trust') return account.email
  if (policy === 'trust-on-this-machine' && asked.serverIsLoopback && !asked.isForwarded) return account.email
  return null
}
