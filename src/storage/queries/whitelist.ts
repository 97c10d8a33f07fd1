import { prepared } from '../prepared.ts'
import type { Queries, Store } from '../store.ts'

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

const selectEntry = prepared(['shareId', 'email'], (db, args: { shareId: number; email: string }) =>
  db
    .selectFrom('whitelist_entries')
    .select('id')
    .where('share_id', '=', args.shareId)
    .where('email', '=', args.email),
)

export async function isListed(store: Store, shareId: number, email: string): Promise<boolean> {
  const rows = await selectEntry(store.read, { shareId, email })
  return rows.length > 0
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
