import type { Queries } from '../store.ts'

/** Of one account; the oldest beyond them are forgotten, so that nobody fills the store by changing a link all day. */
const MOST_OF_AN_ACCOUNT = 10_000
const FORGET_EVERY = 100

export type EventKind =
  | 'account-created'
  | 'signed-in'
  | 'signed-out'
  | 'signed-out-everywhere'
  | 'password-changed'
  | 'email-changed'
  | 'email-verified'
  | 'session-ended'
  | 'token-created'
  | 'token-revoked'
  | 'passkey-added'
  | 'passkey-removed'
  | 'webhook-added'
  | 'webhook-removed'
  | 'share-created'
  | 'share-changed'
  | 'share-paused'
  | 'share-resumed'
  | 'share-rotated'
  | 'share-snapshot'
  | 'share-deleted'
  | 'whitelist-changed'

/** Who did something: never more than tells one session from another. */
export interface EventActor {
  /** the beginning of the session's stored digest */
  readonly session: string | null
  /** such as "Firefox on Linux" */
  readonly client: string | null
  /** the name that the owner gave to the token that a program used */
  readonly token?: string | null
}

export interface StoredEvent extends EventActor {
  readonly id: number
  readonly kind: EventKind
  /** epoch milliseconds */
  readonly at: number
  readonly shareUuid: string | null
  /** names of settings and counts: no texts, emails, passwords or tokens */
  readonly detail: string | null
}

/** Writes down what is done in the same transaction. */
export async function insertEvent(
  trx: Queries,
  event: EventActor & {
    readonly userId: number
    readonly kind: EventKind
    readonly at: number
    readonly shareUuid?: string | undefined
    readonly detail?: string | undefined
  },
): Promise<void> {
  const { userId, kind, at, session, client, token = null, shareUuid = null, detail = null } = event
  const { id } = await trx
    .insertInto('events')
    .values({ user_id: userId, kind, at, session, client, token, share_uuid: shareUuid, detail })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (id % FORGET_EVERY === 0) await deleteOldest(trx, userId)
}

async function deleteOldest(trx: Queries, userId: number): Promise<void> {
  await trx
    .deleteFrom('events')
    .where('user_id', '=', userId)
    .where('id', '<=', (eb) =>
      eb
        .selectFrom('events as newer')
        .select('newer.id')
        .where('newer.user_id', '=', userId)
        .orderBy('newer.id', 'desc')
        .offset(MOST_OF_AN_ACCOUNT)
        .limit(1),
    )
    .execute()
}

/** An account's events, the latest first. @param before the id that they come before */
export async function listEvents(
  db: Queries,
  userId: number,
  { limit, before }: { readonly limit: number; readonly before: number | undefined },
): Promise<StoredEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['id', 'kind', 'at', 'session', 'client', 'token', 'share_uuid', 'detail'])
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ share_uuid: shareUuid, ...row }) => ({ ...row, shareUuid }))
}

export async function deleteEventsBefore(db: Queries, time: number): Promise<void> {
  await db.deleteFrom('events').where('at', '<', time).execute()
}
