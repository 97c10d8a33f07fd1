import type { Selectable } from 'kysely'
import { hotQuery } from '../hot-query.ts'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

/** What a token may do: look, or everything. */
export type TokenScope = 'read' | 'write'

/** A token as its owner sees it: never the token itself. */
export interface AccessToken {
  readonly id: number
  readonly name: string
  readonly scope: TokenScope
  readonly createdAt: number
  readonly lastUsedAt: number | null
  /** null: never */
  readonly expiresAt: number | null
}

/** A token with the account that it acts for. */
export interface PresentedToken {
  readonly id: number
  readonly name: string
  readonly scope: TokenScope
  readonly lastUsedAt: number | null
  readonly expiresAt: number | null
  readonly userId: number
  readonly email: string
  readonly isVerified: boolean
}

const selectToken = hotQuery({ tokenHash: 'text' }, (db, args) =>
  db
    .selectFrom('access_tokens')
    .innerJoin('users', 'users.id', 'access_tokens.user_id')
    .select([
      'access_tokens.id',
      'access_tokens.name',
      'access_tokens.scope',
      'access_tokens.last_used_at',
      'access_tokens.expires_at',
      'access_tokens.user_id',
      'users.email',
      'users.email_verified_at',
    ])
    .where('access_tokens.token_hash', '=', args.tokenHash),
)

/** Finds a token, expired or not, by its digest. */
export async function findToken(store: Store, tokenHash: string): Promise<PresentedToken | undefined> {
  const [row] = await store.hot.ask(selectToken, { tokenHash })
  if (!row) return undefined
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    userId: row.user_id,
    email: row.email,
    isVerified: row.email_verified_at !== null,
  }
}

export async function insertToken(
  db: Queries,
  token: {
    readonly userId: number
    readonly tokenHash: string
    readonly name: string
    readonly scope: TokenScope
    readonly expiresAt: number | null
    readonly now: number
  },
): Promise<AccessToken> {
  const row = await db
    .insertInto('access_tokens')
    .values({
      user_id: token.userId,
      token_hash: token.tokenHash,
      name: token.name,
      scope: token.scope,
      created_at: token.now,
      last_used_at: null,
      expires_at: token.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toToken(row)
}

/** An account's tokens, the newest first; expired ones too, so that their owner sees why a program stopped. */
export async function listTokens(db: Queries, userId: number): Promise<AccessToken[]> {
  const rows = await db
    .selectFrom('access_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toToken)
}

export async function countTokens(db: Queries, userId: number): Promise<number> {
  const { count } = await db
    .selectFrom('access_tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return count
}

/** @returns the name that it had; undefined where the account has no such token */
export async function deleteToken(db: Queries, userId: number, id: number): Promise<string | undefined> {
  const row = await db
    .deleteFrom('access_tokens')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

export async function deleteTokensOf(db: Queries, userId: number): Promise<void> {
  await db.deleteFrom('access_tokens').where('user_id', '=', userId).execute()
}

export async function noteTokenUse(db: Queries, id: number, now: number): Promise<void> {
  await db.updateTable('access_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}

function toToken(row: Selectable<Tables['access_tokens']>): AccessToken {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }
}
