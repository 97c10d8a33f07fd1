import { sql } from 'kysely'
import type { Queries, Store } from '../../store.ts'

/** What a code is good for, and whose it is. */
export interface CodeSubject {
  readonly purpose: string
  /** normal form */
  readonly email: string
}

/** Stores a code in the place of the one before. */
export async function replaceCode(
  trx: Queries,
  { purpose, email }: CodeSubject,
  code: { readonly hash: string; readonly expiresAt: number },
): Promise<void> {
  const fresh = { code_hash: code.hash, entries: 0, expires_at: code.expiresAt }
  await trx
    .insertInto('email_codes')
    .values({ purpose, email, ...fresh })
    .onConflict((conflict) => conflict.columns(['purpose', 'email']).doUpdateSet(fresh))
    .execute()
}

/**
 * Takes one of a code's entries before what was entered is looked at, so that entries at the same time can't slip past
 * the limit.
 *
 * @returns the code's hash; undefined when there is no code, or it is dead
 */
export async function takeEntry(
  { counters }: Pick<Store, 'counters'>,
  { purpose, email }: CodeSubject,
  most: number,
  now: number,
): Promise<string | undefined> {
  const row = await counters
    .updateTable('email_codes')
    .set({ entries: sql`entries + 1` })
    .where('purpose', '=', purpose)
    .where('email', '=', email)
    .where('entries', '<', most)
    .where('expires_at', '>', now)
    .returning('code_hash')
    .executeTakeFirst()
  return row?.code_hash
}

/** Uses a code up. @returns false when somebody else did, or another one has taken its place */
export async function useCode(trx: Queries, { purpose, email }: CodeSubject, hash: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('email_codes')
    .where('purpose', '=', purpose)
    .where('email', '=', email)
    .where('code_hash', '=', hash)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function deleteExpiredCodes(db: Queries, now: number): Promise<void> {
  await db.deleteFrom('email_codes').where('expires_at', '<=', now).execute()
}
