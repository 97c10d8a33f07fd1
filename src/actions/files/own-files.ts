import { fileIdOf } from '../../chats/file-references.ts'
import { fileIdFor, fileIdKey } from '../../secrets/file-id.ts'
import { findFileToRead, type StoredFile } from '../../storage/queries/files.ts'
import { UNNAMED_STAYS_MS } from '../../storage/queries/unnamed-files.ts'
import { names, wholeList } from '../../reading/formats/named-files.ts'
import type { OpenFile } from '../../reading/kept-files.ts'
import { exportChat } from '../chats/export-chat.ts'
import { getChat } from '../chats/chats.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type ReceivedFile, storeFile } from './store-file.ts'

/** Stores a file for a message of the user's chat. @throws Refusal */
export async function addFile(
  context: Context,
  userId: number,
  chatId: number,
  file: ReceivedFile,
): Promise<StoredFile> {
  await getChat(context, userId, chatId)
  const key = fileIdKey(context.store.secret, userId)
  const sent = { ...file, sentToChat: chatId }
  return storeFile(context, userId, sent, (digest, name) => fileIdFor(key, `sent ${digest} ${name}`))
}

/**
 * Opens a file for its owner: where a message of the chat names it, or while it is so new that the message may still be
 * written.
 *
 * @throws Refusal when it isn't there
 */
export async function openOwnFile(
  context: Context,
  userId: number,
  chatId: number,
  asked: { readonly id: string; readonly variant: OpenFile['variant']; readonly left: () => AbortSignal },
): Promise<OpenFile> {
  const { body } = await exportChat(context, userId, chatId, { ...wholeList, left: asked.left })
  if (fileIdOf(`file:${asked.id}`) === undefined) throw new Refusal({ code: 'file-not-found' })
  const file = await findFileToRead(context.store, userId, asked.id)
  const isNew = file !== undefined && file.createdAt > context.now() - UNNAMED_STAYS_MS
  if (!file || !(isNew || names(body, asked.id))) throw new Refusal({ code: 'file-not-found' })
  return context.files.open(file, asked.variant)
}
