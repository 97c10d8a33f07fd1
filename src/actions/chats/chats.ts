import {
  type ChatOrder,
  deleteChats,
  findChat,
  insertChat,
  listChats as listStoredChats,
  renameChat as renameStoredChat,
  type StoredChat,
} from '../../storage/queries/chats.ts'
import { lookForFilesSoon } from '../../storage/queries/unnamed-files.ts'
import { listUuidsOf } from '../../storage/queries/shares.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { checkQuota } from '../quotas.ts'
import { Refusal } from '../refusal.ts'
import { UNDO_MS } from '../undo-time.ts'

export type { ChatOrder, StoredChat }

/** @throws Refusal when the chat isn't there, or isn't the user's: the two are the same */
export async function getChat(
  context: Context,
  userId: number,
  chatId: number,
  db: Queries = context.store.read,
): Promise<StoredChat> {
  const chat = await findChat(db, userId, chatId)
  if (!chat) throw new Refusal({ code: 'chat-not-found' })
  return chat
}

export async function listChats(
  context: Context,
  userId: number,
  order: readonly ChatOrder[],
): Promise<StoredChat[]> {
  return listStoredChats(context.store.read, userId, order)
}

export async function createChat(
  context: Context,
  userId: number,
  input: { model: string; name: string },
): Promise<StoredChat> {
  return context.store
    .transaction(async (trx) => {
      await checkQuota(context, trx, userId, { chats: 1 })
      return insertChat(trx, { userId, ...input, createdAt: context.now() })
    })
    .catch((error: unknown) => {
      // The account was deleted in the same moment.
      throw context.store.dialect.isForeignKeyViolation(error)
        ? new Refusal({ code: 'user-not-found' })
        : error
    })
}

export async function renameChat(
  context: Context,
  userId: number,
  chatId: number,
  name: string,
): Promise<StoredChat> {
  return context.store.transaction(async (trx) => {
    const chat = await renameStoredChat(trx, userId, chatId, name, context.now())
    if (!chat) throw new Refusal({ code: 'chat-not-found' })
    return chat
  })
}

/**
 * Deletes all of the chats, or none when one of them isn't there.
 *
 * @param mayBeUndone keeps them for a while, in which their owner, and nobody else, can have them back
 */
export async function deleteAllOf(
  context: Context,
  userId: number,
  chatIds: readonly number[],
  by: Actor,
  mayBeUndone = false,
): Promise<void> {
  const ids = [...new Set(chatIds)]
  await context.store.smallTransaction(async (trx) => {
    const uuids = await listUuidsOf(trx, userId, ids)
    const now = context.now()
    const restorable = mayBeUndone ? { ownerId: userId, until: now + UNDO_MS } : undefined
    if ((await deleteChats(trx, userId, ids, now, restorable)) < ids.length)
      throw new Refusal({ code: 'chat-not-found' })
    if (!mayBeUndone) await lookForFilesSoon(trx, userId, now)
    for (const shareUuid of uuids) {
      await record(context, trx, { userId, kind: 'share-deleted', by, shareUuid, detail: 'with its chat' })
    }
  })
  context.deletions.wake()
}
