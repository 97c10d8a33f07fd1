import { ChatAnswer, ChatMessageAnswer, ChatMessagesAnswer } from '../contract/chats.ts'
import { Done } from '../contract/common.ts'
import type { ImportedChat, ImportedMessage } from '../importing/imported-chat.ts'
import { howItContinues } from '../importing/continues.ts'
import { isContentKey } from '../importing/source-key.ts'
import { printableLine } from '../terminal/printable.ts'
import { failureOf, type OwnerApi } from './api.ts'
import { Failure } from './failure.ts'
import type { Chat } from './own-chats.ts'
import { digestOf, type PushedChat, type PushedChats } from './pushed-chats.ts'

/** What a push did to the chat on the server. */
export type Change = 'new' | 'same' | 'grown' | 'replaced'

export type Upload = {
  readonly api: OwnerApi
  readonly pushed: PushedChats
  /** Take back what was changed on the server since the last push. */
  readonly isForced: boolean
  /** @param done messages changed so far @param total how many there are to change */
  readonly progress: (done: number, total: number) => void
}

type StoredMessage = { readonly id: number; readonly role: 'user' | 'assistant'; readonly content: string }

/** The server takes 20 MiB a request; smaller ones show progress and repeat cheaply. */
const BATCH_BYTES = 4 * 1024 * 1024
const BATCH_MESSAGES = 2000

/**
 * Brings a chat to the server: as a new one, or by updating the one that an earlier push made of the same source.
 *
 * @param file where it came from; undefined for standard input
 */
export async function uploadChat(
  upload: Upload,
  imported: ImportedChat,
  file: string | undefined,
  name: string | undefined,
): Promise<{ chat: Chat; change: Change }> {
  for (const known of upload.pushed.find(imported.sourceKey)) {
    const chat = await findChat(upload.api, known)
    if (chat === undefined) continue
    const { chatMessages: stored } = await upload.api.call(
      'GET',
      messagesPath(upload.api, chat),
      ChatMessagesAnswer,
    )
    const change = howItContinues(stored, imported.messages)
    const isPartial = known.digest === null
    // Without an id of its source, another chat may only begin alike.
    const isOther = isContentKey(imported.sourceKey) && (file === undefined || known.file !== file)
    if (change === 'different' && isOther && !isPartial) continue
    if (change !== 'same' && !isPartial && known.digest !== digestOf(stored) && !upload.isForced) {
      throw editedThere(chat)
    }
    const record = { ...known, ...(file === undefined ? {} : { file }) }
    return {
      chat: await update(upload, chat, stored, imported, name, record),
      change: change === 'different' ? 'replaced' : change,
    }
  }
  return { chat: await create(upload, imported, file, name), change: 'new' }
}

async function create(
  upload: Upload,
  imported: ImportedChat,
  file: string | undefined,
  name: string | undefined,
): Promise<Chat> {
  const { api, pushed } = upload
  const { chat } = await api.call('POST', api.path('/chats'), ChatAnswer, {
    name: name ?? imported.name,
    model: imported.model,
  })
  const record: PushedChat = {
    sourceKey: imported.sourceKey,
    chatId: chat.id,
    createdAt: chat.created_at,
    name: imported.name,
    digest: null,
    ...(file === undefined ? {} : { file }),
  }
  pushed.remember(record)
  await addMessages(upload, chat, imported.messages)
  pushed.remember({ ...record, digest: digestOf(imported.messages) })
  return chat
}

/** Changes as little as possible: readers of a live link may be in the middle of it. */
async function update(
  upload: Upload,
  chat: Chat,
  stored: readonly StoredMessage[],
  imported: ImportedChat,
  givenName: string | undefined,
  known: PushedChat,
): Promise<Chat> {
  const { api, pushed } = upload
  const { messages } = imported
  // A name that somebody chose on the server stays.
  const name = givenName ?? (chat.name === known.name ? imported.name : chat.name)
  const renamed =
    name === chat.name
      ? chat
      : (await api.call('PATCH', api.path(`/chats/${chat.id}`), ChatAnswer, { name })).chat
  const record = { ...known, name: imported.name }
  const digest = digestOf(messages)
  if (digest !== digestOf(stored)) {
    pushed.remember({ ...record, digest: null })
    await replaceMessages(upload, chat, stored, messages)
  }
  pushed.remember({ ...record, digest })
  return renamed
}

async function replaceMessages(
  upload: Upload,
  chat: Chat,
  stored: readonly StoredMessage[],
  messages: readonly ImportedMessage[],
): Promise<void> {
  const path = messagesPath(upload.api, chat)
  const kept = countOfSameRoles(stored, messages)
  const superfluous = stored.slice(kept).toReversed()
  for (const [index, { id }] of superfluous.entries()) {
    upload.progress(index, superfluous.length)
    await upload.api.call('DELETE', `${path}/${id}`, Done)
  }
  for (const [index, { id, content }] of stored.slice(0, kept).entries()) {
    const now = messages[index]?.content ?? content
    if (now === content) continue
    upload.progress(index, kept)
    await upload.api.call('PATCH', `${path}/${id}`, ChatMessageAnswer, { content: now })
  }
  await addMessages(upload, chat, messages.slice(kept))
}

/** How many messages from the first on can stay where they are, with another text perhaps. */
function countOfSameRoles(stored: readonly StoredMessage[], messages: readonly ImportedMessage[]): number {
  const differs = stored.findIndex(({ role }, index) => messages[index]?.role !== role)
  return differs === -1 ? stored.length : differs
}

async function addMessages(upload: Upload, chat: Chat, messages: readonly ImportedMessage[]): Promise<void> {
  let sent = 0
  for (const batch of batches(messages)) {
    if (sent > 0) upload.progress(sent, messages.length)
    const answer = await upload.api.send('POST', messagesPath(upload.api, chat), {
      json: { messages: batch },
    })
    // What comes back is what was sent: it isn't worth reading.
    if (answer.status !== 200) throw failureOf(answer, upload.api.server, upload.api.session)
    sent += batch.length
  }
}

type SentMessage = { role: 'user' | 'assistant'; content: string }

function* batches(messages: readonly ImportedMessage[]): Generator<SentMessage[]> {
  let batch: SentMessage[] = []
  let bytes = 0
  for (const { role, content } of messages) {
    const message = { role, content }
    const size = Buffer.byteLength(JSON.stringify(message))
    if (batch.length > 0 && (bytes + size > BATCH_BYTES || batch.length === BATCH_MESSAGES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** The chat that was made then, if it is still there. */
async function findChat(api: OwnerApi, known: PushedChat): Promise<Chat | undefined> {
  try {
    const { chat } = await api.call('GET', api.path(`/chats/${known.chatId}`), ChatAnswer)
    return chat.created_at === known.createdAt ? chat : undefined
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return undefined
    throw error
  }
}

function messagesPath(api: OwnerApi, chat: Chat): string {
  return api.path(`/chats/${chat.id}/messages`)
}

function editedThere(chat: Chat): Failure {
  return new Failure(
    'refused',
    `${printableLine(chat.name)} was edited on the server since it was pushed; pushing it again would undo that. ` +
      'Do so with --force.',
    { chat_id: chat.id },
  )
}
