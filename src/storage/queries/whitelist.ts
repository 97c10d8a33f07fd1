import { domainOf } from '../../accounts/email.ts'
import type { Queries } from '../store.ts'

export interface WhitelistEntry {
  readonly id: number
  readonly shareId: number
  readonly email: string
  readonly createdAt: number
  readonly updatedAt: number
}

export async function listEntries(db: Queries, shareId: number): Promise<WhitelistEntry[]> {
  const rows = await db
    .selectFrom('whitelist_entries')
    .selectAll()
    .where('share_id', '=', shareId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    shareId: row.share_id,
    email: row.email,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

/** Whether the share's whitelist has the email, or its whole domain. */
export async function findListing(db: Queries, shareId: number, email: string): Promise<boolean> {
  return (await findListed(db, shareId, [email, domainOf(email)])).length > 0
}

/** Those of the emails that are entries of the share's whitelist. */
export async function findListed(db: Queries, shareId: number, emails: readonly string[]): Promise<string[]> {
  if (emails.length === 0) return []
  const rows = await db
    .selectFrom('whitelist_entries')
    .select('email')
    .where('share_id', '=', shareId)
    .where('email', 'in', emails)
    .execute()
  return rows.map(({ email }) => email)
}

/** Adds those that aren't there yet. */
export async function addEntries(
  db: Queries,
  shareId: number,
  emails: readonly string[],
  now: number,
): Promise<void> {
  if (emails.length === 0) return
  await db
    .insertInto('whitelist_entries')
    .values(emails.map((email) => ({ share_id: shareId, email, created_at: now, updated_at: now })))
    .onConflict((conflict) => conflict.columns(['share_id', 'email']).doNothing())
    .execute()
}

/** Makes the list exactly these emails; entries that stay keep their ids. */
export async function replaceEntries(
  db: Queries,
  shareId: number,
  emails: readonly string[],
  now: number,
): Promise<void> {
  let others = db.deleteFrom('whitelist_entries').where('share_id', '=', shareId)
  if (emails.length > 0) others = others.where('email', 'not in', emails)
  await others.execute()
  await addEntries(db, shareId, emails, now)
}

export async function deleteEntry(db: Queries, shareId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('whitelist_entries')
    .where('id', '=', id)
    .where('share_id', '=', shareId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
