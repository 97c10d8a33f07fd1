import {
  type ChatFilter,
  type ChatOrder,
  countChats,
  deleteChats,
  findChat,
  insertChat,
  listChats as listStoredChats,
  listChatsPage as listStoredPage,
  renameChat as renameStoredChat,
  type StoredChat,
} from '../../storage/queries/chats.ts'
import { listSourceKinds } from '../../storage/queries/import-sources.ts'
import type { Page, PageEnd } from '../../storage/queries/lists/pages.ts'
import { lookForFilesSoon } from '../../storage/queries/unnamed-files.ts'
import { listUuidsOf } from '../../storage/queries/shares.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { type Match, matchesOf, search } from '../lists/search.ts'
import { makeOnce, type OnceKey } from '../once.ts'
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

/** A page of the user's chats, and how many there are in all. */
export async function listChatsPage(
  context: Context,
  userId: number,
  wanted: Omit<ChatFilter, 'hits'> & {
    readonly text: string | undefined
    readonly order: readonly ChatOrder[]
  },
  page: Page,
): Promise<{ chats: (StoredChat & { readonly match?: Match })[]; last: PageEnd; total: number }> {
  const { text, order, ...rest } = wanted
  const filter = { ...rest, hits: await search(context, userId, text) }
  const { read } = context.store
  const { chats, last } = await listStoredPage(read, userId, filter, order, page)
  const total = await countChats(read, userId, filter)
  if (filter.hits === undefined) return { chats, last, total }
  const matches = await matchesOf(
    context,
    chats.map((chat) => ({ ...chat, chatId: chat.id })),
    text ?? '',
  )
  const found = chats.flatMap((chat, index) => {
    const match = matches[index]
    return match ? [{ ...chat, match }] : []
  })
  return { chats: found, last, total }
}

/** Where the user's chats were imported from. */
export function listSources(context: Context, userId: number): Promise<string[]> {
  return listSourceKinds(context.store.read, userId)
}

/** @param key where the sender may ask again; the chat is then answered as it is by now */
export async function createChat(
  context: Context,
  userId: number,
  input: { model: string; name: string },
  key?: OnceKey,
): Promise<StoredChat> {
  const made = await context.store
    .transaction((trx) =>
      makeOnce(
        context,
        trx,
        { userId, key },
        async () => {
          await checkQuota(context, trx, userId, { chats: 1 })
          return insertChat(trx, { userId, ...input, createdAt: context.now() })
        },
        ({ id }) => String(id),
      ),
    )
    .catch((error: unknown) => {
      // The account was deleted in the same moment.
      throw context.store.dialect.isForeignKeyViolation(error)
        ? new Refusal({ code: 'user-not-found' })
        : error
    })
  return 'value' in made ? made.value : getChat(context, userId, Number(made.earlier))
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
