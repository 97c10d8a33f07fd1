import { isRenewalDue, sessionExpiry } from '../../accounts/session.ts'
import {
  findSession as findStoredSession,
  renewSession,
  type StoredSession,
} from '../../storage/queries/sessions.ts'
import { type Soon, whenThere } from '../../soon.ts'
import type { Context, Session } from '../context.ts'

/** A session that is valid; `isRenewed` when its life was extended, so that the cookie's is extended too. */
export type LiveSession = Session & { readonly isRenewed: boolean }

/** The session that a token stands for, by the token's digest. */
export function findSession(context: Context, tokenHash: string): Soon<LiveSession | undefined> {
  return whenThere(findStoredSession(context.store, tokenHash), (session) => keepAlive(context, session))
}

/** A stored session, renewed where that is due; undefined when it has ended. */
export function keepAlive(
  context: Context,
  session: StoredSession | undefined,
): Soon<LiveSession | undefined> {
  const now = context.now()
  if (!session || session.expiresAt <= now) return undefined
  const { tokenHash, userId, email, isVerified } = session
  const renewed = isRenewalDue(session.renewedAt, now) ? renew(context, tokenHash, now) : false
  return whenThere(renewed, (isRenewed) => ({ tokenHash, userId, email, isVerified, isRenewed }))
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
