import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Message } from '../../chats/message.ts'
import { newShareSettings } from '../../sharing/change-share.ts'
import type { Queries } from '../store.ts'
import { insertChat, newRevision, type StoredChat } from './chats.ts'
import { insertShare } from './shares.ts'
import { insertDeletedUser } from './users.ts'

const ROWS_AT_ONCE = 256

/** What a snapshot keeps of the chat's row. */
interface Frozen {
  readonly name: string
  readonly model: string
  /** about how many its texts have */
  readonly bytes: number
  readonly isSelection?: boolean
}

function snapshotRow(shareId: number, { name, model, bytes, isSelection = false }: Frozen, now: number) {
  return {
    share_id: shareId,
    revision: newRevision(),
    content_bytes: bytes,
    name,
    model,
    created_at: now,
    is_selection: isSelection ? (1 as const) : (0 as const),
  }
}

async function insertSnapshot(db: Queries, shareId: number, frozen: Frozen, now: number): Promise<number> {
  const { id } = await db
    .insertInto('snapshots')
    .values(snapshotRow(shareId, frozen, now))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Freezes the chat as it is now. The share has no snapshot: an earlier one is dropped before. */
export async function takeSnapshot(
  db: Queries,
  shareId: number,
  chat: Pick<StoredChat, 'id' | 'name' | 'model' | 'contentBytes' | 'lastPosition'>,
  now: number,
): Promise<void> {
  const { name, model, contentBytes: bytes } = chat
  const id = await insertSnapshot(db, shareId, { name, model, bytes }, now)
  for (let after = 0; after < chat.lastPosition; after += ROWS_AT_ONCE) {
    await copyMessages(db, id, chat.id, after, after + ROWS_AT_ONCE)
    // Others have their turn before the next ones.
    await nextTurn()
  }
}

/** The same with messages that were copied before: see hidden-copies.ts. */
export async function adoptSnapshot(
  db: Queries,
  snapshotId: number,
  shareId: number,
  { name, model, contentBytes: bytes }: Pick<StoredChat, 'name' | 'model' | 'contentBytes'>,
  now: number,
): Promise<void> {
  await db
    .updateTable('snapshots')
    .set(snapshotRow(shareId, { name, model, bytes }, now))
    .where('id', '=', snapshotId)
    .execute()
}

/** What a snapshot is to hold, where it isn't the chat as it is. */
export interface Selection extends Omit<Frozen, 'isSelection'> {
  readonly messages: readonly Message[]
}

/** Freezes a selection, likewise. */
export async function takeSelection(
  db: Queries,
  shareId: number,
  { name, model, messages, bytes }: Selection,
  now: number,
): Promise<void> {
  const id = await insertSnapshot(db, shareId, { name, model, bytes, isSelection: true }, now)
  for (let start = 0; start < messages.length; start += ROWS_AT_ONCE) {
    const rows = messages.slice(start, start + ROWS_AT_ONCE).map((message, index) => ({
      snapshot_id: id,
      position: start + index + 1,
      message_id: message.id,
      role: message.role,
      content: message.content,
      created_at: message.createdAt,
      updated_at: message.updatedAt,
    }))
    await db.insertInto('snapshot_messages').values(rows).execute()
    // Others have their turn before the next ones.
    await nextTurn()
  }
}

async function copyMessages(
  db: Queries,
  snapshotId: number,
  chatId: number,
  after: number,
  upTo: number,
): Promise<void> {
  await db
    .insertInto('snapshot_messages')
    .columns(['snapshot_id', 'position', 'message_id', 'role', 'content', 'created_at', 'updated_at'])
    .expression((eb) =>
      eb
        .selectFrom('messages')
        .select((select) => [
          select.val(snapshotId).as('snapshot_id'),
          'messages.position',
          'messages.id',
          'messages.role',
          'messages.content',
          'messages.created_at',
          'messages.updated_at',
        ])
        .where('messages.chat_id', '=', chatId)
        .where('messages.position', '>', after)
        .where('messages.position', '<=', upTo),
    )
    .execute()
}

/**
 * Goes live again, if there was a snapshot. It is handed over to a deleted account, and what is large is removed later:
 * see deletions.ts.
 *
 * @returns whether there was one, so that something is to be removed
 */
export async function dropSnapshot(db: Queries, shareId: number, now: number): Promise<boolean> {
  const snapshot = await db
    .selectFrom('snapshots')
    .select('id')
    .where('share_id', '=', shareId)
    .executeTakeFirst()
  if (!snapshot) return false
  const nobodys = await insertNobodysShare(db, now)
  // Who reads it just now finds that it has changed, and not a part of its messages.
  await db
    .updateTable('snapshots')
    .set({ share_id: nobodys, revision: newRevision() })
    .where('id', '=', snapshot.id)
    .execute()
  return true
}

/** A share that nobody can open, of a chat of a deleted account. */
async function insertNobodysShare(db: Queries, now: number): Promise<number> {
  const userId = await insertDeletedUser(db, now)
  const chat = await insertChat(db, { userId, name: '', model: '', createdAt: now })
  const settings = { ...newShareSettings, isShared: false }
  return insertShare(db, { chatId: chat.id, uuid: randomUUID(), settings, now })
}

/** What a snapshot froze of the chat's row, and when. */
export async function findSnapshot(
  db: Queries,
  id: number,
  revision: string,
): Promise<
  { name: string; model: string; ownerId: number; createdAt: number; updatedAt: number } | undefined
> {
  return db
    .selectFrom('snapshots')
    .innerJoin('shares', 'shares.id', 'snapshots.share_id')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .select([
      'snapshots.name',
      'snapshots.model',
      'chats.user_id as ownerId',
      'chats.created_at as createdAt',
      'snapshots.created_at as updatedAt',
    ])
    .where('snapshots.id', '=', id)
    .where('snapshots.revision', '=', revision)
    .executeTakeFirst()
}
