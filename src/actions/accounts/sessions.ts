import { endSession as endStoredSession, listSessions as listStored } from '../../storage/queries/sessions.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { Refusal } from '../refusal.ts'

/** More than anybody looks through; those used last. */
const MOST_LISTED = 200

/** A session as its account's owner sees it. */
export interface OwnSession {
  readonly id: number
  /** such as "Firefox on Linux"; null where it wasn't kept */
  readonly client: string | null
  readonly createdAt: number
  readonly lastUsedAt: number
  /** that the question came with */
  readonly isThis: boolean
}

/** Where the account is signed in, the session used last first. */
export async function listSessions(
  { store, now }: Context,
  userId: number,
  presentedHash: string | undefined,
): Promise<OwnSession[]> {
  const sessions = await listStored(store.read, userId, { now: now(), limit: MOST_LISTED })
  return sessions.map(({ id, client, createdAt, renewedAt, tokenHash }) => ({
    id,
    client,
    createdAt,
    lastUsedAt: renewedAt,
    isThis: tokenHash === presentedHash,
  }))
}

/**
 * Signs the account out on one device.
 *
 * @returns whether it was the session that asks
 * @throws Refusal when the account has no such session
 */
export async function endSession(
  context: Context,
  userId: number,
  id: number,
  presentedHash: string | undefined,
  by: Actor,
): Promise<boolean> {
  return context.store.smallTransaction(async (trx) => {
    const ended = await endStoredSession(trx, userId, id, context.now())
    if (!ended) throw new Refusal({ code: 'session-not-found' })
    const isThis = ended.tokenHash === presentedHash
    const detail = ended.client
    const event = { userId, kind: isThis ? 'signed-out' : 'session-ended', by } as const
    await record(context, trx, { ...event, ...(isThis || detail === null ? {} : { detail }) })
    return isThis
  })
}
