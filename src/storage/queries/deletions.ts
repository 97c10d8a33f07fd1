import { sql } from 'kysely'
import type { Queries, Store } from '../store.ts'

// Some milliseconds each: requests go on in between.
const MOST_ROWS = 500
const MOST_BYTES = 1024 * 1024
const CLOCKS_DIFFER_MS = 60_000

/** Those whose owners can't have them back any more; some time later, as clocks differ. */
function removable(db: Queries) {
  return db
    .selectFrom('deleted_users')
    .select('user_id')
    .where((eb) =>
      eb.or([eb('restorable_until', 'is', null), eb('restorable_until', '<', Date.now() - CLOCKS_DIFFER_MS)]),
    )
}

/** Whether there is something to remove. */
export async function hasDeleted(db: Queries): Promise<boolean> {
  const found = await removable(db).limit(1).execute()
  return found.length > 0
}

/**
 * Removes a little of what deleted accounts had; what is gone stays gone if it ends in the middle. Any number of
 * processes may do so at once.
 *
 * @returns false when there is nothing more, or others are at it
 */
export async function removeSome(store: Store): Promise<boolean> {
  return store.counters.transaction().execute(async (trx) => {
    const marked = removable(trx).orderBy('user_id').limit(1)
    const user = await store.dialect.lockFreeRows(marked).executeTakeFirst()
    if (!user) return false
    const chat = await trx
      .selectFrom('chats')
      .select('id')
      .where('user_id', '=', user.user_id)
      .limit(1)
      .executeTakeFirst()
    if (!chat) await trx.deleteFrom('users').where('id', '=', user.user_id).execute()
    else if (!(await removeSomeOfChat(trx, chat.id))) {
      await trx.deleteFrom('chats').where('id', '=', chat.id).execute()
    }
    return true
  })
}

/** @returns false when only small rows are left of the chat, which go with it */
async function removeSomeOfChat(trx: Queries, chatId: number): Promise<boolean> {
  const messages = await trx
    .selectFrom('messages')
    .select(['position', sql<number>`octet_length(content)`.as('bytes')])
    .where('chat_id', '=', chatId)
    .orderBy('position')
    .limit(MOST_ROWS)
    .execute()
  const last = lastOfBatch(messages)?.position
  if (last !== undefined) {
    await trx.deleteFrom('messages').where('chat_id', '=', chatId).where('position', '<=', last).execute()
    return true
  }
  return (await removeSomeOfSnapshots(trx, chatId)) || removeKeptBody(trx, chatId)
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

async function removeKeptBody(trx: Queries, chatId: number): Promise<boolean> {
  const body = await trx
    .selectFrom('kept_bodies')
    .select(['revision', 'format'])
    .where('chat_id', '=', chatId)
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
