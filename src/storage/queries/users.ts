import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

export interface User {
  readonly id: number
  readonly email: string
  readonly isVerified: boolean
  /** the email that was verified before, while the present one isn't */
  readonly formerEmail: string | null
  readonly passwordHash: string
  readonly createdAt: number
}

function toUser(row: Selectable<Tables['users']>): User {
  return {
    id: row.id,
    email: row.email,
    isVerified: row.email_verified_at !== null,
    formerEmail: row.former_email,
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

/** All accounts that aren't deleted, in the order that they were made. */
export async function listUsers(db: Queries): Promise<User[]> {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('id', 'not in', (eb) => eb.selectFrom('deleted_users').select('user_id'))
    .orderBy('id')
    .execute()
  return rows.map(toUser)
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
  change: {
    email?: string
    verifiedAt?: number | null
    formerEmail?: string | null
    passwordHash?: string
  },
  now: number,
): Promise<void> {
  await db
    .updateTable('users')
    .set({
      updated_at: now,
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.verifiedAt === undefined ? {} : { email_verified_at: change.verifiedAt }),
      ...(change.formerEmail === undefined ? {} : { former_email: change.formerEmail }),
      ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
    })
    .where('id', '=', id)
    .execute()
}

/** Of what the account's owner wants to be told by mail. */
export async function findMailWishes(db: Queries, id: number): Promise<{ accessRequests: boolean }> {
  const row = await db.selectFrom('users').select('mails_requests').where('id', '=', id).executeTakeFirst()
  return { accessRequests: row?.mails_requests === 1 }
}

export async function updateMailWishes(
  db: Queries,
  id: number,
  wishes: { readonly accessRequests: boolean },
): Promise<void> {
  const change = { mails_requests: wishes.accessRequests ? 1 : 0 } as const
  await db.updateTable('users').set(change).where('id', '=', id).execute()
}

/**
 * Deletes the account with all that it has: it is gone for everyone at once, and its email is free. What is large is
 * removed later: see deletions.ts.
 */
export async function deleteUser(trx: Queries, id: number, now: number): Promise<boolean> {
  const marked = await trx
    .insertInto('deleted_users')
    .columns(['user_id', 'deleted_at'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select((select) => ['users.id', select.val(now).as('deleted_at')])
        .where('users.id', '=', id),
    )
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .returning('user_id')
    .execute()
  if (marked.length === 0) return false
  await trx
    .updateTable('users')
    .set({ email: nameOfDeleted(), password_hash: '', email_verified_at: null })
    .where('id', '=', id)
    .execute()
  await trx.deleteFrom('sessions').where('user_id', '=', id).execute()
  await trx.deleteFrom('access_tokens').where('user_id', '=', id).execute()
  await trx.deleteFrom('identities').where('user_id', '=', id).execute()
  await trx.deleteFrom('passkeys').where('user_id', '=', id).execute()
  await trx.deleteFrom('webhooks').where('user_id', '=', id).execute()
  return true
}

/** A deleted account that nobody had, for what is deleted by itself. */
export async function insertDeletedUser(trx: Queries, now: number): Promise<number> {
  const { id } = await trx
    .insertInto('users')
    .values({
      email: nameOfDeleted(),
      email_verified_at: null,
      password_hash: '',
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx.insertInto('deleted_users').values({ user_id: id, deleted_at: now }).execute()
  return id
}

/** Stands in an email's place; it is no email, so nobody can have it. */
function nameOfDeleted(): string {
  return `deleted ${randomUUID()}`
}
