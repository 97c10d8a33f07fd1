import { randomInt } from 'node:crypto'
import { hotQuery } from '../hot-query.ts'
import type { Queries, Store } from '../store.ts'

const LARGEST_ID = 2 ** 31 - 1

export interface StoredSession {
  readonly tokenHash: string
  readonly userId: number
  readonly email: string
  readonly isVerified: boolean
  readonly renewedAt: number
  readonly expiresAt: number
}

const selectSession = hotQuery({ tokenHash: 'text' }, (db, args) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.user_id',
      'sessions.renewed_at',
      'sessions.expires_at',
      'users.email',
      'users.email_verified_at',
    ])
    .where('sessions.token_hash', '=', args.tokenHash),
)

export async function findSession(store: Store, tokenHash: string): Promise<StoredSession | undefined> {
  const [row] = await store.hot.ask(selectSession, { tokenHash })
  if (!row) return undefined
  return {
    tokenHash,
    userId: row.user_id,
    email: row.email,
    isVerified: row.email_verified_at !== null,
    renewedAt: row.renewed_at,
    expiresAt: row.expires_at,
  }
}

/** Whether the session is the account's and hasn't ended, as a transaction sees it. */
export async function hasSession(
  trx: Queries,
  userId: number,
  tokenHash: string,
  now: number,
): Promise<boolean> {
  const row = await trx
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertSession(
  db: Queries,
  session: {
    tokenHash: string
    userId: number
    client?: string
    now: number
    expiresAt: number
    emailProvedAt?: number | undefined
  },
): Promise<void> {
  await db
    .insertInto('sessions')
    .values({
      token_hash: session.tokenHash,
      user_id: session.userId,
      id: randomInt(1, LARGEST_ID + 1),
      client: session.client ?? null,
      created_at: session.now,
      renewed_at: session.now,
      expires_at: session.expiresAt,
      email_proved_at: session.emailProvedAt ?? null,
    })
    .execute()
}

export async function renewSession(
  db: Queries,
  tokenHash: string,
  now: number,
  expiresAt: number,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ renewed_at: now, expires_at: expiresAt })
    .where('token_hash', '=', tokenHash)
    .execute()
}

/** @returns whose it was; undefined where there was no such session, or one that had expired */
export async function deleteSession(
  db: Queries,
  tokenHash: string,
  now: number,
): Promise<number | undefined> {
  const row = await db
    .deleteFrom('sessions')
    .where('token_hash', '=', tokenHash)
    .returning(['user_id', 'expires_at'])
    .executeTakeFirst()
  return row !== undefined && row.expires_at > now ? row.user_id : undefined
}

/** A session as its account's owner sees it. */
export interface SeenSession {
  readonly id: number
  readonly tokenHash: string
  readonly client: string | null
  readonly createdAt: number
  /** sessions are renewed once a day at most: it may have been used since, for less than a day */
  readonly renewedAt: number
}

/** The account's sessions that haven't ended, the one used last first. */
export async function listSessions(
  db: Queries,
  userId: number,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<SeenSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'token_hash', 'client', 'created_at', 'renewed_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('renewed_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    tokenHash: row.token_hash,
    client: row.client,
    createdAt: row.created_at,
    renewedAt: row.renewed_at,
  }))
}

/** @returns what was ended; undefined where the account has no such session, or one that had expired */
export async function endSession(
  db: Queries,
  userId: number,
  id: number,
  now: number,
): Promise<{ tokenHash: string; client: string | null } | undefined> {
  const row = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .returning(['token_hash', 'client'])
    .executeTakeFirst()
  return row && { tokenHash: row.token_hash, client: row.client }
}

/** When a session began, by signing in or up; epoch milliseconds. */
export async function findSessionStart(db: Queries, tokenHash: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select('created_at')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row?.created_at
}

/** When the account's email was proved for the session, by a code; epoch milliseconds. */
export async function findEmailProof(db: Queries, tokenHash: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select('email_proved_at')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row?.email_proved_at ?? undefined
}

export async function deleteSessionsOf(db: Queries, userId: number): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
}

export async function deleteExpiredSessions(db: Queries, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
}
