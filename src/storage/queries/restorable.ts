import type { Queries, Store } from '../store.ts'
import { insertChat } from './chats.ts'
import { markRestorable, type Restorable } from './restorable-mark.ts'
import { insertDeletedUser } from './users.ts'

/**
 * Gives deleted chats back, with their shares.
 *
 * @returns how many bytes they have together; undefined when one of them can't be had back
 */
export async function restoreChats(
  store: Store,
  trx: Queries,
  userId: number,
  ids: readonly number[],
  now: number,
): Promise<number | undefined> {
  const query = trx
    .selectFrom('deleted_users')
    .innerJoin('chats', 'chats.user_id', 'deleted_users.user_id')
    .select(['chats.id', 'chats.content_bytes', 'deleted_users.user_id as nobody'])
    .where('deleted_users.restorable_by', '=', userId)
    .where('deleted_users.restorable_until', '>', now)
    .where('deleted_users.share_of_chat', 'is', null)
    .where('chats.id', 'in', ids)
  const rows = await store.dialect.lockRows(query).execute()
  if (rows.length < ids.length) return undefined
  await trx.updateTable('chats').set({ user_id: userId }).where('id', 'in', ids).execute()
  await restoreImportSources(trx, userId, ids)
  for (const nobody of new Set(rows.map((row) => row.nobody))) await deleteIfEmpty(trx, nobody)
  return rows.reduce((sum, row) => sum + row.content_bytes, 0)
}

/** What was imported again meanwhile is the newer of the two. */
async function restoreImportSources(trx: Queries, userId: number, chatIds: readonly number[]): Promise<void> {
  await trx
    .updateTable('import_sources')
    .set({ user_id: userId })
    .where('chat_id', 'in', chatIds)
    .where('source_key', 'not in', (eb) =>
      eb.selectFrom('import_sources as own').select('own.source_key').where('own.user_id', '=', userId),
    )
    .execute()
}

async function deleteIfEmpty(trx: Queries, nobody: number): Promise<void> {
  await trx
    .deleteFrom('users')
    .where('id', '=', nobody)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('chats').select('chats.id').where('chats.user_id', '=', nobody))),
    )
    .execute()
}

/** Deletes a share, as chats are deleted: by handing it over to a chat of a deleted account. */
export async function deleteRestorableShare(
  trx: Queries,
  share: { readonly id: number; readonly chatId: number },
  restorable: Restorable,
  now: number,
): Promise<void> {
  const nobody = await insertDeletedUser(trx, now)
  const place = await insertChat(trx, { userId: nobody, model: '', name: '', createdAt: now })
  await trx.updateTable('shares').set({ chat_id: place.id }).where('id', '=', share.id).execute()
  await markRestorable(trx, nobody, restorable, share.chatId)
}

/**
 * Finds a share that its owner may have back, and keeps others from it.
 *
 * @returns the deleted account that has it now
 */
export async function findRestorableShare(
  store: Store,
  trx: Queries,
  userId: number,
  share: { readonly id: number; readonly chatId: number },
  now: number,
): Promise<number | undefined> {
  const query = trx
    .selectFrom('deleted_users')
    .innerJoin('chats', 'chats.user_id', 'deleted_users.user_id')
    .innerJoin('shares', 'shares.chat_id', 'chats.id')
    .select('deleted_users.user_id as nobody')
    .where('deleted_users.restorable_by', '=', userId)
    .where('deleted_users.restorable_until', '>', now)
    .where('deleted_users.share_of_chat', '=', share.chatId)
    .where('shares.id', '=', share.id)
  const row = await store.dialect.lockRows(query).executeTakeFirst()
  return row?.nobody
}

/** Gives a deleted share back to its chat. @param nobody who has it now */
export async function giveShareBack(
  trx: Queries,
  nobody: number,
  share: { readonly id: number; readonly chatId: number },
  now: number,
): Promise<void> {
  await trx
    .updateTable('shares')
    .set({ chat_id: share.chatId, updated_at: now })
    .where('id', '=', share.id)
    .execute()
  await trx.deleteFrom('users').where('id', '=', nobody).execute()
}
