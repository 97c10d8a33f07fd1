import { fileIdsIn } from '../chats/file-references.ts'
import type { Message } from '../chats/message.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { findReadableChat } from '../storage/queries/chats.ts'
import { listFiles, type StoredFile } from '../storage/queries/files.ts'
import {
  listFewMessages,
  listMessages,
  listSnapshotMessages,
  readMessages,
  readSnapshotMessages,
} from '../storage/queries/messages.ts'
import { findSnapshot } from '../storage/queries/snapshots.ts'
import type { Store } from '../storage/store.ts'
import type { ChatFacts, MessageBatch, ReadableChat } from './chat-format.ts'

/** What chats are read from. */
export type ReadingStore = Pick<Store, 'read' | 'hot'>

/** Of text. Chats of less are asked for as a share is: together with those that others ask for at the same time. */
const SMALL_BYTES = 16 * 1024

/** Thrown when what a share shows was changed, replaced or deleted after it was decided who may view it. */
export class SourceChanged extends Error {
  override readonly name = 'SourceChanged'
}

/**
 * Reads exactly what was decided about: that revision of a chat, or that snapshot. Anything newer may have been
 * written after the share was closed.
 *
 * @throws SourceChanged when it is no longer there
 */
export async function readChat(store: ReadingStore, source: BodySource): Promise<ReadableChat> {
  const { read } = store
  const messages = await messagesOf(store, source)
  const { ownerId, ...facts } = await readFacts(store, source)
  const files = new Map<string, StoredFile>()
  await addFilesOf(read, ownerId, messages, files)
  return { ...facts, messages, files }
}

async function messagesOf(store: ReadingStore, { kind, id, size }: BodySource): Promise<Message[]> {
  if (kind === 'snapshot') return listSnapshotMessages(store.read, id)
  const few = size <= SMALL_BYTES ? await listFewMessages(store, id) : undefined
  return few ?? listMessages(store.read, id)
}

/** The same of a large chat, in batches; each is checked before it is handed out, with the files that were named so far. */
export async function* readChatInBatches(
  store: ReadingStore,
  source: BodySource,
): AsyncGenerator<MessageBatch> {
  const read = source.kind === 'snapshot' ? readSnapshotMessages : readMessages
  const files = new Map<string, StoredFile>()
  for await (const messages of read(store.read, source.id, true)) {
    const facts = await readFacts(store, source)
    await addFilesOf(store.read, facts.ownerId, messages, files)
    yield { messages, files }
  }
}

/**
 * What there is to know of a chat besides its messages. It is asked for after messages: a revision never comes twice,
 * and what is being removed has another one, so that nobody takes what is left of it for all.
 *
 * @throws SourceChanged when it is no longer what was decided about
 */
export async function readFacts(
  store: ReadingStore,
  source: BodySource,
): Promise<ChatFacts & { readonly ownerId: number }> {
  if (source.kind === 'snapshot') {
    const snapshot = await findSnapshot(store.read, source.id, source.revision)
    if (!snapshot) throw new SourceChanged()
    return snapshot
  }
  const chat = await findReadableChat(store, source.id)
  if (chat?.revision !== source.revision) throw new SourceChanged()
  const { revision: _, ...facts } = chat
  return facts
}

/**
 * Adds the files that messages name, as far as they are the owner's, in the order in which they are named: exports of the
 * same chat are the same bytes. Most chats name none.
 */
async function addFilesOf(
  read: Store['read'],
  ownerId: number,
  messages: readonly Message[],
  files: Map<string, StoredFile>,
): Promise<void> {
  const ids = new Set(messages.flatMap(({ content }) => fileIdsIn(content)).filter((id) => !files.has(id)))
  if (ids.size === 0) return
  for (const file of await listFiles(read, ownerId, [...ids])) files.set(file.id, file)
}
