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
  const isRenewed = isRenewalDue(session.renewedAt, now) && (await renew(context, session.tokenHash, now))
  return {
    tokenHash: session.tokenHash,
    userId: session.userId,
    email: session.email,
    isVerified: session.isVerified,
    isRenewed,
  }
}

/** @returns whether it was; a store that takes no writes now doesn't keep anyone from reading */
async function renew({ store, policy }: Context, tokenHash: string, now: number): Promise<boolean> {
  try {
    await renewSession(store.counters, tokenHash, now, sessionExpiry(now, policy.sessionDays))
    return true
  } catch (error) {
    if (store.dialect.isUnavailable(error)) return false
    throw error
  }
}
