import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Queries, Store } from '../store.ts'
import { lookForFilesSoon } from './unnamed-files.ts'

// Some milliseconds each: requests go on in between.
const MOST_ROWS = 500
const MOST_BYTES = 1024 * 1024
const CHUNKS_AT_ONCE = 8
const CLOCKS_DIFFER_MS = 60_000

/**
 * Those whose owners can't have them back any more; some time later, as clocks differ. What is still being made has a later
 * time.
 */
function removable(db: Queries, now: number) {
  return db
    .selectFrom('deleted_users')
    .select(['user_id', 'restorable_by'])
    .where('deleted_at', '<=', now)
    .where((eb) =>
      eb.or([eb('restorable_until', 'is', null), eb('restorable_until', '<', now - CLOCKS_DIFFER_MS)]),
    )
}

/** Stands in a revision's place; readers never ask for it. */
const REMOVED = 'removed'

/** Whether there is something to remove. */
export async function hasDeleted(db: Queries, now: number): Promise<boolean> {
  return (await removable(db, now).limit(1).executeTakeFirst()) !== undefined
}

/**
 * Removes a little of what deleted accounts had; what is gone stays gone if it ends in the middle. Any number of
 * processes may do so at once.
 *
 * @returns false when there is nothing more, or others are at it
 */
export async function removeSome(store: Store, now: number): Promise<boolean> {
  return store.counters.transaction().execute(async (trx) => {
    const marked = removable(trx, now).orderBy('user_id').limit(1)
    const user = await store.dialect.lockFreeRows(marked).executeTakeFirst()
    if (!user) return false
    const chat = await trx
      .selectFrom('chats')
      .select('id')
      .where('user_id', '=', user.user_id)
      .limit(1)
      .executeTakeFirst()
    if (!chat) {
      if (await removeSomeOfFiles(trx, user.user_id)) return true
      await trx.deleteFrom('users').where('id', '=', user.user_id).execute()
      // Their files were kept until now.
      if (user.restorable_by !== null) await lookForFilesSoon(trx, user.restorable_by, now)
    } else if (!(await removeSomeOfChat(trx, chat.id))) {
      await trx.deleteFrom('chats').where('id', '=', chat.id).execute()
    }
    return true
  })
}

/** @returns false when only small rows are left of the chat, which go with it */
async function removeSomeOfChat(trx: Queries, chatId: number): Promise<boolean> {
  await changeRevision(trx, chatId)
  if (await removeSomeMessages(trx, chatId, 0)) return true
  return (await removeKeptBody(trx, chatId)) || removeSomeOfSnapshots(trx, chatId)
}

/** Removes a little of a chat's messages behind a position. @returns false when there were none */
async function removeSomeMessages(trx: Queries, chatId: number, after: number): Promise<boolean> {
  const messages = await trx
    .selectFrom('messages')
    .select(['position', sql<number>`octet_length(content)`.as('bytes')])
    .where('chat_id', '=', chatId)
    .where('position', '>', after)
    .orderBy('position')
    .limit(MOST_ROWS)
    .execute()
  const last = lastOfBatch(messages)?.position
  if (last === undefined) return false
  await trx
    .deleteFrom('messages')
    .where('chat_id', '=', chatId)
    .where('position', '>', after)
    .where('position', '<=', last)
    .execute()
  return true
}

/**
 * Deletes all messages behind one, or all there are, in a chat that stays: its readers meet either all of them or none, so it
 * is one transaction; but others read in between.
 */
export async function deleteMessagesAfter(
  trx: Queries,
  chatId: number,
  lastToKeep: number | undefined,
): Promise<void> {
  const kept =
    lastToKeep === undefined
      ? undefined
      : await trx.selectFrom('messages').select('position').where('id', '=', lastToKeep).executeTakeFirst()
  while (await removeSomeMessages(trx, chatId, kept?.position ?? 0)) await nextTurn()
}

/** Who reads it just now finds that it has changed, and not a part of its messages. */
async function changeRevision(trx: Queries, chatId: number): Promise<void> {
  const removed = { revision: REMOVED }
  await trx
    .updateTable('chats')
    .set(removed)
    .where('id', '=', chatId)
    .where('revision', '<>', REMOVED)
    .execute()
  await trx
    .updateTable('snapshots')
    .set(removed)
    .where('revision', '<>', REMOVED)
    .where('share_id', 'in', (eb) => eb.selectFrom('shares').select('id').where('chat_id', '=', chatId))
    .execute()
}

async function removeSomeOfSnapshots(trx: Queries, chatId: number): Promise<boolean> {
  const messages = await trx
    .selectFrom('snapshot_messages')
    .innerJoin('snapshots', 'snapshots.id', 'snapshot_messages.snapshot_id')
    .innerJoin('shares', 'shares.id', 'snapshots.share_id')
    .select(['snapshot_id', 'position', sql<number>`octet_length(content)`.as('bytes')])
    .where('shares.chat_id', '=', chatId)
    .orderBy('snapshot_id')
    .orderBy('position')
    .limit(MOST_ROWS)
    .execute()
  const first = messages[0]
  const last = lastOfBatch(messages.filter(({ snapshot_id }) => snapshot_id === first?.snapshot_id))
  if (!last) return false
  await trx
    .deleteFrom('snapshot_messages')
    .where('snapshot_id', '=', last.snapshot_id)
    .where('position', '<=', last.position)
    .execute()
  return true
}

/** Some chunks of a file's bytes, whose file nobody can reach any more. */
async function removeSomeOfFiles(trx: Queries, userId: number): Promise<boolean> {
  const chunks = await trx
    .selectFrom('file_chunks')
    .innerJoin('file_contents', 'file_contents.id', 'file_chunks.content_id')
    .select(['content_id', 'variant', 'number'])
    .where('file_contents.user_id', '=', userId)
    .limit(CHUNKS_AT_ONCE)
    .execute()
  for (const chunk of chunks) {
    await trx
      .deleteFrom('file_chunks')
      .where('content_id', '=', chunk.content_id)
      .where('variant', '=', chunk.variant)
      .where('number', '=', chunk.number)
      .execute()
  }
  return chunks.length > 0
}

async function removeKeptBody(trx: Queries, chatId: number): Promise<boolean> {
  const body = await trx
    .selectFrom('kept_bodies')
    .select(['revision', 'format'])
    .where((eb) =>
      eb.or([
        eb('chat_id', '=', chatId),
        // A snapshot that was dropped by itself has come to this chat; what was kept of it hasn't.
        eb(
          'snapshot_id',
          'in',
          eb
            .selectFrom('snapshots')
            .innerJoin('shares', 'shares.id', 'snapshots.share_id')
            .select('snapshots.id')
            .where('shares.chat_id', '=', chatId),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  if (!body) return false
  await trx
    .deleteFrom('kept_bodies')
    .where('revision', '=', body.revision)
    .where('format', '=', body.format)
    .execute()
  return true
}

/** The last row up to which they have so many bytes together; one at least. */
function lastOfBatch<T extends { readonly bytes: number }>(rows: readonly T[]): T | undefined {
  let sum = 0
  const tooMany = rows.findIndex(({ bytes }) => (sum += bytes) > MOST_BYTES)
  return tooMany === -1 ? rows.at(-1) : rows[Math.max(0, tooMany - 1)]
}
