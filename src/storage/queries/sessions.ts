import { hotQuery } from '../hot-query.ts'
import type { Queries, Store } from '../store.ts'

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

export async function insertSession(
  db: Queries,
  session: {
    tokenHash: string
    userId: number
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
