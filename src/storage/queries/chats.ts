import { randomBytes } from 'node:crypto'
import { sql, type Selectable } from 'kysely'
import { repeatedStatement } from '../repeated-statement.ts'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { markRestorable, type Restorable } from './restorable-mark.ts'
import { insertDeletedUser } from './users.ts'

export interface StoredChat {
  readonly id: number
  readonly userId: number
  readonly model: string
  readonly name: string
  readonly revision: string
  readonly messageCount: number
  readonly contentBytes: number
  readonly lastPosition: number
  readonly createdAt: number
  readonly updatedAt: number
}

export type ChatColumn = 'id' | 'user_id' | 'model' | 'name' | 'created_at' | 'updated_at'
export interface ChatOrder {
  readonly column: ChatColumn
  readonly direction: 'asc' | 'desc'
}

export function toChat(row: Selectable<Tables['chats']>): StoredChat {
  return {
    id: row.id,
    userId: row.user_id,
    model: row.model,
    name: row.name,
    revision: row.revision,
    messageCount: row.message_count,
    contentBytes: row.content_bytes,
    lastPosition: row.last_position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function listChats(
  db: Queries,
  userId: number,
  order: readonly ChatOrder[],
): Promise<StoredChat[]> {
  let query = db.selectFrom('chats').selectAll().where('user_id', '=', userId)
  for (const { column, direction } of order) query = query.orderBy(column, direction)
  const rows = await query.orderBy('id', 'desc').execute()
  return rows.map(toChat)
}

export async function findChat(db: Queries, userId: number, id: number): Promise<StoredChat | undefined> {
  const row = await db
    .selectFrom('chats')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row && toChat(row)
}

/** Finds the chat and keeps other writers from it until the transaction ends. */
export async function findChatForChange(
  store: Store,
  trx: Queries,
  userId: number,
  id: number,
): Promise<StoredChat | undefined> {
  const query = trx.selectFrom('chats').selectAll().where('id', '=', id).where('user_id', '=', userId)
  const row = await store.dialect.lockRows(query).executeTakeFirst()
  return row && toChat(row)
}

export async function insertChat(
  db: Queries,
  chat: { userId: number; model: string; name: string; createdAt: number },
): Promise<StoredChat> {
  const row = await db
    .insertInto('chats')
    .values({
      user_id: chat.userId,
      model: chat.model,
      name: chat.name,
      revision: newRevision(),
      message_count: 0,
      content_bytes: 0,
      last_position: 0,
      created_at: chat.createdAt,
      updated_at: chat.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toChat(row)
}

/** The name is part of what a reader gets as Markdown, so it makes another revision. */
export async function renameChat(
  db: Queries,
  userId: number,
  id: number,
  name: string,
  now: number,
): Promise<StoredChat | undefined> {
  const row = await db
    .updateTable('chats')
    .set({ name, revision: newRevision(), updated_at: now })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returningAll()
    .executeTakeFirst()
  if (row) await forgetBodies(db, { id })
  return row && toChat(row)
}

/** Names the chat and its model anew; whoever does so makes another revision too. */
export async function describeChat(
  db: Queries,
  id: number,
  description: { name: string; model: string },
): Promise<void> {
  await db.updateTable('chats').set(description).where('id', '=', id).execute()
}

/**
 * Deletes chats with their shares: they are gone for everyone at once. They are handed over to a deleted account, and
 * what is large is removed later: see deletions.ts.
 *
 * @param restorable who may have them back for a while
 * @returns how many of them were there and are gone
 */
export async function deleteChats(
  trx: Queries,
  userId: number,
  ids: readonly number[],
  now: number,
  restorable?: Restorable,
): Promise<number> {
  const nobody = await insertDeletedUser(trx, now)
  if (restorable) await markRestorable(trx, nobody, restorable)
  const { numUpdatedRows } = await trx
    .updateTable('chats')
    .set({ user_id: nobody })
    .where('user_id', '=', userId)
    .where('id', 'in', ids)
    .executeTakeFirstOrThrow()
  // What is imported again is new.
  await trx
    .updateTable('import_sources')
    .set({ user_id: nobody })
    .where('user_id', '=', userId)
    .where('chat_id', 'in', ids)
    .execute()
  return Number(numUpdatedRows)
}

/** What of a chat's row its readers get, and which revision it is. */
export async function findReadableChat(
  db: Queries,
  id: number,
): Promise<
  | { name: string; model: string; revision: string; ownerId: number; createdAt: number; updatedAt: number }
  | undefined
> {
  return db
    .selectFrom('chats')
    .select([
      'name',
      'model',
      'revision',
      'user_id as ownerId',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The revision of a chat that was just changed. */
export function newRevision(): string {
  return randomBytes(16).toString('hex')
}

/** Records that messages came, went or changed; readers get another revision from here on. */
export async function raiseRevision(
  db: Queries,
  id: number,
  change: { messages: number; bytes: number; lastPosition?: number },
  updatedAt: number,
): Promise<void> {
  await updateRevision(db, { id, revision: newRevision(), updatedAt, lastPosition: undefined, ...change })
  await forgetBodies(db, { id })
}

const updateRevision = repeatedStatement(
  {
    id: 'integer',
    revision: 'text',
    messages: 'integer',
    bytes: 'integer',
    lastPosition: 'integer?',
    updatedAt: 'integer',
  },
  (db, { id, revision, messages, bytes, lastPosition, updatedAt }, has) =>
    db
      .updateTable('chats')
      .set({
        revision,
        message_count: sql`message_count + ${messages}`,
        content_bytes: sql`content_bytes + ${bytes}`,
        ...(has.lastPosition ? { last_position: lastPosition } : {}),
        updated_at: updatedAt,
      })
      .where('id', '=', id),
)

/** Gives chats another revision, as what their messages show came later than they. */
export async function renewRevisions(db: Queries, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await db.updateTable('chats').set({ revision: newRevision() }).where('id', '=', id).execute()
    await forgetBodies(db, { id })
  }
}

/** What was deleted from the chat must not linger in kept bytes; a snapshot still has it. */
const forgetBodies = repeatedStatement({ id: 'integer' }, (db, { id }) =>
  db.deleteFrom('kept_bodies').where('chat_id', '=', id).where('snapshot_id', 'is', null),
)
