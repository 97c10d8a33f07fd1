import type { BodySource } from '../storage/queries/bodies.ts'
import { findReadableChat } from '../storage/queries/chats.ts'
import type { Message } from '../chats/message.ts'
import {
  listMessages,
  listSnapshotMessages,
  readMessages,
  readSnapshotMessages,
} from '../storage/queries/messages.ts'
import { findSnapshot } from '../storage/queries/snapshots.ts'
import type { Store } from '../storage/store.ts'
import type { ChatFacts, ReadableChat } from './chat-format.ts'

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
  const list = source.kind === 'snapshot' ? listSnapshotMessages : listMessages
  const messages = await list(read, source.id)
  return { ...(await readFacts({ read }, source)), messages }
}

/** The same of a large chat, in batches; each is checked before it is handed out. */
export async function* readChatInBatches(
  store: Pick<Store, 'read'>,
  source: BodySource,
): AsyncGenerator<readonly Message[]> {
  const read = source.kind === 'snapshot' ? readSnapshotMessages : readMessages
  for await (const batch of read(store.read, source.id, true)) {
    await readFacts(store, source)
    yield batch
  }
}

/**
 * What there is to know of a chat besides its messages. It is asked for after messages: a revision never comes twice, so
 * and what is being removed has another one, so that nobody takes what is left of it for all.
 *
 * @throws SourceChanged when it is no longer what was decided about
 */
export async function readFacts({ read }: Pick<Store, 'read'>, source: BodySource): Promise<ChatFacts> {
  if (source.kind === 'snapshot') {
    const snapshot = await findSnapshot(read, source.id, source.revision)
    if (!snapshot) throw new SourceChanged()
    return snapshot
  }
  const chat = await findReadableChat(read, source.id)
  if (chat?.revision !== source.revision) throw new SourceChanged()
  const { revision: _, ...facts } = chat
  return facts
}
