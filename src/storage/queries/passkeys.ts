import type { Selectable } from 'kysely'
import type { Queries } from '../store.ts'
import type { Tables } from '../tables.ts'

export interface Passkey {
  readonly id: number
  readonly userId: number
  /** base64url; the device's own name for it */
  readonly credentialId: string
  /** COSE, base64url */
  readonly publicKey: string
  /** how often it has signed, where the device counts */
  readonly signCount: number
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** An account's passkeys, the oldest first. */
export async function listPasskeys(db: Queries, userId: number): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()
  return rows.map(toPasskey)
}

export async function findPasskey(db: Queries, credentialId: string): Promise<Passkey | undefined> {
  const row = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return row && toPasskey(row)
}

/** @returns undefined when somebody has it already */
export async function insertPasskey(
  db: Queries,
  passkey: Pick<Passkey, 'userId' | 'credentialId' | 'publicKey' | 'signCount' | 'name' | 'createdAt'>,
): Promise<Passkey | undefined> {
  const row = await db
    .insertInto('passkeys')
    .values({
      user_id: passkey.userId,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      name: passkey.name,
      created_at: passkey.createdAt,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row && toPasskey(row)
}

export async function renamePasskey(
  db: Queries,
  userId: number,
  id: number,
  name: string,
): Promise<Passkey | undefined> {
  const row = await db
    .updateTable('passkeys')
    .set({ name })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  return row && toPasskey(row)
}

/** @returns whether it is still there */
export async function notePasskeyUse(
  db: Queries,
  id: number,
  { signCount, now }: { readonly signCount: number; readonly now: number },
): Promise<boolean> {
  const row = await db
    .updateTable('passkeys')
    .set({ sign_count: signCount, last_used_at: now })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns whether the account had it */
export async function deletePasskey(db: Queries, userId: number, id: number): Promise<boolean> {
  const row = await db
    .deleteFrom('passkeys')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deletePasskeysOf(db: Queries, userId: number): Promise<void> {
  await db.deleteFrom('passkeys').where('user_id', '=', userId).execute()
}

function toPasskey(row: Selectable<Tables['passkeys']>): Passkey {
  return {
    id: row.id,
    userId: row.user_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    signCount: row.sign_count,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
