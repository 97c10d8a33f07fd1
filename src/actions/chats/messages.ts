import { MAX_CHAT_BYTES, MAX_CHAT_MESSAGES, MAX_MESSAGE_BYTES } from '../../chats/limits.ts'
import type { Role } from '../../chats/chat.ts'
import { fileIdsIn } from '../../chats/file-references.ts'
import { cleanMessageText, type Message } from '../../chats/message.ts'
import { trailingExchange, type TrailingExchange } from '../../chats/trailing-exchange.ts'
import { LARGEST_IN_MEMORY } from '../../reading/kept-bodies.ts'
import { findChatForChange, raiseRevision, type StoredChat } from '../../storage/queries/chats.ts'
import {
  deleteMessages,
  findMessage,
  insertMessages,
  listLastMessages,
  listMessages as listStoredMessages,
  listMessagesBetween,
  updateMessage,
} from '../../storage/queries/messages.ts'
import { lookForFiles } from '../../storage/queries/unnamed-files.ts'
import type { Queries } from '../../storage/store.ts'
import { getChat } from './chats.ts'
import type { Context } from '../context.ts'
import { makeOnce, type OnceKey } from '../once.ts'
import { checkQuota } from '../quotas.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { UNDO_MS } from '../undo-time.ts'

/** Where a message's text stood in what was sent, for the error that names it. */
type Path = readonly (string | number)[]

/** All messages of a chat; undefined where they are too many to be held: see exportChat. */
export async function listMessages(
  context: Context,
  userId: number,
  chatId: number,
): Promise<Message[] | undefined> {
  const { contentBytes } = await getChat(context, userId, chatId)
  return contentBytes >= LARGEST_IN_MEMORY ? undefined : listStoredMessages(context.store.read, chatId)
}

/**
 * Appends messages, all or none.
 *
 * @param key where the sender may ask again; the messages are then answered as they are by now
 */
export async function addMessages(
  context: Context,
  userId: number,
  chatId: number,
  messages: readonly { readonly role: Role; readonly content: string; readonly path: Path }[],
  key?: OnceKey,
): Promise<Message[]> {
  const cleaned = messages.map(({ role, content, path }) => ({
    role,
    content: readMessageText(content, path),
  }))
  const bytes = cleaned.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  const made = await changeChat(context, userId, chatId, (trx, chat) =>
    makeOnce(
      context,
      trx,
      { userId, key },
      () => append(context, trx, { chatId, chat, messages: cleaned, bytes }),
      ({ length }) => `${chat.lastPosition + 1}-${chat.lastPosition + length}`,
    ),
  )
  if ('value' in made) return made.value
  const [first = 0, last = 0] = made.earlier.split('-').map(Number)
  const remaining = await listMessagesBetween(context.store.read, chatId, first, last)
  if (remaining.length === 0) throw new Refusal({ code: 'message-not-found' })
  return remaining
}

async function append(
  context: Context,
  trx: Queries,
  added: {
    readonly chatId: number
    readonly chat: StoredChat
    readonly messages: readonly { readonly role: Role; readonly content: string }[]
    readonly bytes: number
  },
): Promise<Message[]> {
  const { chatId, chat, messages, bytes } = added
  checkRoom(chat, { messages: messages.length, bytes })
  await checkQuota(context, trx, chat.userId, { bytes })
  const createdAt = context.now()
  const inserted = await insertMessages(
    trx,
    chatId,
    chat.lastPosition,
    messages.map((message) => ({ ...message, createdAt })),
  )
  const lastPosition = chat.lastPosition + inserted.length
  await raiseRevision(trx, chatId, { messages: inserted.length, bytes, lastPosition }, createdAt)
  return inserted
}

/** Replaces a message's text. */
export async function changeMessage(
  context: Context,
  userId: number,
  chatId: number,
  messageId: number,
  text: string,
): Promise<Message> {
  const content = readMessageText(text, ['content'])
  return changeChat(context, userId, chatId, async (trx, chat) => {
    const before = await getMessage(trx, chatId, messageId)
    const bytes = Buffer.byteLength(content) - Buffer.byteLength(before.content)
    checkRoom(chat, { messages: 0, bytes })
    await checkQuota(context, trx, userId, { bytes })
    const message = await updateMessage(trx, chatId, messageId, content, context.now())
    if (!message) throw new Refusal({ code: 'message-not-found' })
    await raiseRevision(trx, chatId, { messages: 0, bytes }, context.now())
    await lookForFilesOf(context, trx, userId, [before], content)
    return message
  })
}

export async function deleteMessage(
  context: Context,
  userId: number,
  chatId: number,
  messageId: number,
): Promise<void> {
  await changeChat(context, userId, chatId, async (trx, chat) => {
    await removeMessages(context, trx, chat, [await getMessage(trx, chatId, messageId)])
  })
}

/** Deletes the trailing assistant message, if any, and the user message before it. */
export async function deleteLastExchange(
  context: Context,
  userId: number,
  chatId: number,
): Promise<TrailingExchange> {
  return changeChat(context, userId, chatId, async (trx, chat) => {
    const last = await listLastMessages(trx, chatId, 2)
    if (last.length === 0) {
      throw new Refusal({
        code: 'invalid-input',
        part: 'params',
        issues: [{ code: 'custom', message: 'The chat has no messages to delete.', path: ['chat_id'] }],
      })
    }
    const exchange = trailingExchange(last)
    await removeMessages(
      context,
      trx,
      chat,
      [exchange.assistant, exchange.user].filter((message) => message !== null),
    )
    return exchange
  })
}

async function changeChat<T>(
  context: Context,
  userId: number,
  chatId: number,
  change: (trx: Queries, chat: StoredChat) => Promise<T>,
): Promise<T> {
  return context.store.transaction(async (trx) => {
    const chat = await findChatForChange(context.store, trx, userId, chatId)
    if (!chat) throw new Refusal({ code: 'chat-not-found' })
    return change(trx, chat)
  })
}

async function getMessage(trx: Queries, chatId: number, messageId: number): Promise<Message> {
  const message = await findMessage(trx, chatId, messageId)
  if (!message) throw new Refusal({ code: 'message-not-found' })
  return message
}

async function removeMessages(
  context: Context,
  trx: Queries,
  { id: chatId, userId }: StoredChat,
  messages: readonly Message[],
): Promise<void> {
  const ids = messages.map(({ id }) => id)
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  await deleteMessages(trx, chatId, ids)
  await raiseRevision(trx, chatId, { messages: -ids.length, bytes: -bytes }, context.now())
  await lookForFilesOf(context, trx, userId, messages)
}

/** Files that messages named before, and may name no more: their room is free soon. */
async function lookForFilesOf(
  context: Context,
  trx: Queries,
  userId: number,
  before: readonly Message[],
  content = '',
): Promise<void> {
  const kept = new Set(fileIdsIn(content))
  const ids = before.flatMap((message) => fileIdsIn(message.content)).filter((id) => !kept.has(id))
  await lookForFiles(trx, userId, ids, context.now() + UNDO_MS)
}

function readMessageText(text: string, path: Path): string {
  const content = cleanMessageText(text)
  if (Buffer.byteLength(content) > MAX_MESSAGE_BYTES) {
    throw invalidBody(path, 'A message holds at most 1 MiB of UTF-8; split it.')
  }
  return content
}

function checkRoom(chat: StoredChat, added: { messages: number; bytes: number }): void {
  if (chat.messageCount + added.messages > MAX_CHAT_MESSAGES) {
    throw invalidBody('messages', `A chat holds at most ${MAX_CHAT_MESSAGES} messages; begin another one.`)
  }
  if (added.bytes > 0 && chat.contentBytes + added.bytes > MAX_CHAT_BYTES) {
    throw invalidBody('messages', 'A chat holds at most 64 MiB of UTF-8; begin another one.')
  }
}
