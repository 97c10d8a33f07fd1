import { isRenewalDue, sessionExpiry } from '../accounts/session.ts'
import { tokenHash } from '../secrets/tokens.ts'
import { findSession as findStoredSession, renewSession } from '../storage/sessions.ts'
import type { Context, Session } from './context.ts'

/**
 * The session that a token stands for.
 *
 * @returns with `isRenewed` when its life was extended, so that the cookie's is extended too
 */
export async function findSession(
  context: Context,
  token: string,
): Promise<(Session & { readonly isRenewed: boolean }) | undefined> {
  const now = context.now()
  const session = await findStoredSession(context.store, tokenHash(token))
  if (!session || session.expiresAt <= now) return undefined
  const isRenewed = isRenewalDue(session.renewedAt, now)
  if (isRenewed) {
    const expiresAt = sessionExpiry(now, context.policy.sessionDays)
    await renewSession(context.store.counters, session.tokenHash, now, expiresAt)
  }
  return {
    tokenHash: session.tokenHash,
    userId: session.userId,
    email: session.email,
    isVerified: session.isVerified,
    isRenewed,
  }
}
