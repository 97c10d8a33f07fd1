import { hasSession } from '../../storage/queries/sessions.ts'
import { findUserForChange } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Session } from '../context.ts'
import { Refusal } from '../refusal.ts'

/**
 * Refuses who isn't signed in any more. Call it in the transaction that gives a lasting way into the account, with the
 * account locked: a session that ended while the request waited makes none, even in the same moment.
 *
 * @throws Refusal when the session has ended
 */
export async function requireSession(
  { now }: Pick<Context, 'now'>,
  trx: Queries,
  { userId, tokenHash }: Pick<Session, 'userId' | 'tokenHash'>,
): Promise<void> {
  const isAlive = tokenHash !== undefined && (await hasSession(trx, userId, tokenHash, now()))
  if (!isAlive) throw new Refusal({ code: 'no-session' })
}

/**
 * Locks the account of whoever is signed in, for a new way into it: many at once are counted then.
 *
 * @throws Refusal when the account is gone, or the session has ended
 */
export async function lockOwnAccount(
  context: Pick<Context, 'now' | 'store'>,
  trx: Queries,
  session: Pick<Session, 'userId' | 'tokenHash'>,
): Promise<void> {
  const user = await findUserForChange(context.store, trx, session.userId)
  if (!user) throw new Refusal({ code: 'user-not-found' })
  await requireSession(context, trx, session)
}
