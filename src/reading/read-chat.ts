import { fileIdsIn } from '../chats/file-references.ts'
import type { Message } from '../chats/message.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { findReadableChat } from '../storage/queries/chats.ts'
import { listFiles, type StoredFile } from '../storage/queries/files.ts'
import { listMessages, listSnapshotMessages } from '../storage/queries/messages.ts'
import { findSnapshot } from '../storage/queries/snapshots.ts'
import type { Store } from '../storage/store.ts'
import type { ReadableChat } from './chat-format.ts'

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
export async function readChat({ read }: Pick<Store, 'read'>, source: BodySource): Promise<ReadableChat> {
  if (source.kind === 'snapshot') {
    const messages = await listSnapshotMessages(read, source.id)
    const snapshot = await findSnapshot(read, source.id)
    // A snapshot never changes: if it is still there, all of its messages were read.
    if (!snapshot) throw new SourceChanged()
    const { ownerId, ...facts } = snapshot
    return { ...facts, messages, files: await filesOf(read, ownerId, messages) }
  }
  const messages = await listMessages(read, source.id)
  const chat = await findReadableChat(read, source.id)
  // A revision never comes twice: if the chat still has it, it didn't change while its messages were read.
  if (chat?.revision !== source.revision) throw new SourceChanged()
  const { revision: _, ownerId, ...facts } = chat
  return { ...facts, messages, files: await filesOf(read, ownerId, messages) }
}

/** The files that messages name, as far as they are the owner's. Most chats name none. */
async function filesOf(
  read: Store['read'],
  ownerId: number,
  messages: readonly Message[],
): Promise<ReadonlyMap<string, StoredFile>> {
  const ids = new Set(messages.flatMap(({ content }) => fileIdsIn(content)))
  if (ids.size === 0) return new Map()
  // In the order in which they are named: exports of the same chat are the same bytes.
  const files = await listFiles(read, ownerId, [...ids])
  return new Map(files.map((file) => [file.id, file]))
}
