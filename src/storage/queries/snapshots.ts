import { setImmediate as nextTurn } from 'node:timers/promises'
import { newRevision, type StoredChat } from './chats.ts'
import type { Queries } from '../store.ts'

const ROWS_AT_ONCE = 256

/** Freezes the chat as it is now, in place of an earlier snapshot of the share. */
export async function takeSnapshot(
  db: Queries,
  shareId: number,
  chat: Pick<StoredChat, 'id' | 'name' | 'model' | 'contentBytes' | 'lastPosition'>,
  now: number,
): Promise<void> {
  await dropSnapshot(db, shareId)
  const { id } = await db
    .insertInto('snapshots')
    .values({
      share_id: shareId,
      revision: newRevision(),
      content_bytes: chat.contentBytes,
      name: chat.name,
      model: chat.model,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (let after = 0; after < chat.lastPosition; after += ROWS_AT_ONCE) {
    await copyMessages(db, id, chat.id, after, after + ROWS_AT_ONCE)
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

/** Goes live again, if there was a snapshot. */
export async function dropSnapshot(db: Queries, shareId: number): Promise<void> {
  await db.deleteFrom('snapshots').where('share_id', '=', shareId).execute()
}

/** What a snapshot froze of the chat's row, and when. */
export async function findSnapshot(
  db: Queries,
  id: number,
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
    .executeTakeFirst()
}
