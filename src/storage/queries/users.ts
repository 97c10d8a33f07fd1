import type { Selectable } from 'kysely'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

export interface User {
  readonly id: number
  readonly email: string
  readonly isVerified: boolean
  readonly passwordHash: string
  readonly createdAt: number
}

function toUser(row: Selectable<Tables['users']>): User {
  return {
    id: row.id,
    email: row.email,
    isVerified: row.email_verified_at !== null,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
  }
}

export async function findUserByEmail(db: Queries, email: string): Promise<User | undefined> {
  const row = await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()
  return row && toUser(row)
}

export async function findUser(db: Queries, id: number): Promise<User | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toUser(row)
}

/** Finds the account and keeps others from changing it until the transaction ends. */
export async function findUserForChange(store: Store, trx: Queries, id: number): Promise<User | undefined> {
  const query = trx.selectFrom('users').selectAll().where('id', '=', id)
  const row = await store.dialect.lockRows(query).executeTakeFirst()
  return row && toUser(row)
}

/** @returns undefined when the email is taken */
export async function insertUser(
  db: Queries,
  user: { email: string; passwordHash: string; verifiedAt: number | null; now: number },
): Promise<User | undefined> {
  const row = await db
    .insertInto('users')
    .values({
      email: user.email,
      email_verified_at: user.verifiedAt,
      password_hash: user.passwordHash,
      created_at: user.now,
      updated_at: user.now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row && toUser(row)
}

export async function updateUser(
  db: Queries,
  id: number,
  change: { email?: string; verifiedAt?: number | null; passwordHash?: string },
  now: number,
): Promise<void> {
  await db
    .updateTable('users')
    .set({
      updated_at: now,
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.verifiedAt === undefined ? {} : { email_verified_at: change.verifiedAt }),
      ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
    })
    .where('id', '=', id)
    .execute()
}

/** Takes the account's sessions, chats and shares with it. */
export async function deleteUser(db: Queries, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', id).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
