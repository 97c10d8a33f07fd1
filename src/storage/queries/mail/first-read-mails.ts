import type { Queries } from '../../store.ts'

/** A link that was read, whose owner wants to be told. */
export interface FirstRead {
  readonly shareId: number
  readonly chatId: number
  /** ours, for the mail */
  readonly origin: string
  readonly owner: { readonly email: string; readonly isVerified: boolean }
}

/** Has the next reader of a link told to its owner; one who was told stays told. */
export async function insertFirstReadMail(trx: Queries, shareId: number, origin: string): Promise<void> {
  await trx
    .insertInto('first_read_mails')
    .values({ share_id: shareId, origin, mailed_at: null })
    .onConflict((conflict) => conflict.column('share_id').doNothing())
    .execute()
}

export async function deleteFirstReadMail(trx: Queries, shareId: number): Promise<void> {
  await trx.deleteFrom('first_read_mails').where('share_id', '=', shareId).execute()
}

/** Those of the links whose owners wait to be told, in the order of their ids. */
export async function listAwaited(trx: Queries, shareIds: readonly number[]): Promise<FirstRead[]> {
  const rows = await trx
    .selectFrom('first_read_mails')
    .innerJoin('shares', 'shares.id', 'first_read_mails.share_id')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .innerJoin('users', 'users.id', 'chats.user_id')
    .select(['share_id', 'chat_id', 'origin', 'email', 'email_verified_at'])
    .where('mailed_at', 'is', null)
    .where('share_id', 'in', shareIds)
    .orderBy('share_id')
    .execute()
  return rows.map((row) => ({
    shareId: row.share_id,
    chatId: row.chat_id,
    origin: row.origin,
    owner: { email: row.email, isVerified: row.email_verified_at !== null },
  }))
}

/** @returns whether it is told now, and not by another process */
export async function markMailed(trx: Queries, shareId: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('first_read_mails')
    .set({ mailed_at: now })
    .where('share_id', '=', shareId)
    .where('mailed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
