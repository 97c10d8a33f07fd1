import { isRenewalDue, sessionExpiry } from '../accounts/session.ts'
import {
  findSession as findStoredSession,
  renewSession,
  type StoredSession,
} from '../storage/queries/sessions.ts'
import type { ReadingContext, Session } from './context.ts'

/** A session that is valid; `isRenewed` when its life was extended, so that the cookie's is extended too. */
export type LiveSession = Session & { readonly isRenewed: boolean }

/** The session that a token stands for, by the token's digest. */
export async function findSession(
  context: ReadingContext,
  tokenHash: string,
): Promise<LiveSession | undefined> {
  return keepAlive(context, await findStoredSession(context.store, tokenHash))
}

/** A stored session, renewed where that is due; undefined when it has ended. */
export async function keepAlive(
  context: ReadingContext,
  session: StoredSession | undefined,
): Promise<LiveSession | undefined> {
  const now = context.now()
  if (!session || session.expiresAt <= now) return undefined
  const { tokenHash, userId, email, isVerified } = session
  const isRenewed = isRenewalDue(session.renewedAt, now) && (await renew(context, tokenHash, now))
  return { tokenHash, userId, email, isVerified, isRenewed }
}

/** @returns whether it was; a store that takes no writes now doesn't keep anyone from reading */
async function renew({ store, policy }: ReadingContext, tokenHash: string, now: number): Promise<boolean> {
  try {
    await renewSession(store.counters, tokenHash, now, sessionExpiry(now, policy.sessionDays))
    return true
  } catch (error) {
    if (store.dialect.isUnavailable(error)) return false
    throw error
  }
}
