import type { Queries } from '../store.ts'

// What was deleted belongs to a deleted account (see chats.ts). For a while the account's row says who may have it back.

/** Who may take a deletion back, and until when. */
export interface Restorable {
  readonly ownerId: number
  /** epoch milliseconds */
  readonly until: number
}

/** @param nobody the deleted account that has the chats now */
export async function markRestorable(
  trx: Queries,
  nobody: number,
  { ownerId, until }: Restorable,
  shareOfChat: number | null = null,
): Promise<void> {
  await trx
    .updateTable('deleted_users')
    .set({ restorable_by: ownerId, restorable_until: until, share_of_chat: shareOfChat })
    .where('user_id', '=', nobody)
    .execute()
}
