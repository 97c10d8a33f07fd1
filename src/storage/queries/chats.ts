import { randomBytes } from 'node:crypto'
import { type RawBuilder, type SqlBool, sql, type Selectable } from 'kysely'
import { NOTHING, type SearchHit } from '../dialects/dialect-search.ts'
import { hotQuery } from '../hot-query.ts'
import { repeatedStatement } from '../repeated-statement.ts'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { comesAfter, cutPage, type OrderTerm, orderColumns, type Page, type PageEnd } from './lists/pages.ts'
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

/** Which of a user's chats are wanted. */
export interface ChatFilter {
  /** in which something was found; undefined searches nothing */
  readonly hits: RawBuilder<SearchHit> | undefined
  /** whether they have a link */
  readonly isShared: boolean | undefined
  /** where they came from, as import sources begin; empty for those that were written here */
  readonly source: string | undefined
  /** when they changed last, in epoch milliseconds */
  readonly since: number | undefined
  readonly until: number | undefined
}

/** A chat in a list. */
export interface ListedChat extends StoredChat {
  /** of the message that a search found; null where it found the name, undefined where nothing was searched */
  readonly foundAt: number | null | undefined
}

const COLUMN_ORDER: Record<ChatColumn, RawBuilder<string | number>> = {
  id: sql.ref('chats.id'),
  user_id: sql.ref('chats.user_id'),
  model: sql.ref('chats.model'),
  // As people look for names, large and small letters are the same.
  name: sql`lower(chats.name)`,
  created_at: sql.ref('chats.created_at'),
  updated_at: sql.ref('chats.updated_at'),
}

/** The order of a list by pages, in which each chat has a place of its own. */
function orderOf(order: readonly ChatOrder[]): OrderTerm[] {
  return [...order, { column: 'id' as const, direction: 'desc' as const }].map(({ column, direction }) => ({
    by: COLUMN_ORDER[column],
    direction,
  }))
}

/** Where something is searched, chats are looked up by what was found, not the other way round: no index is to help here. */
function ownedBy(userId: number, isSearch: boolean): RawBuilder<SqlBool> {
  return isSearch ? sql`chats.user_id + 0 = ${userId}` : sql`chats.user_id = ${userId}`
}

function filteredChats(db: Queries, userId: number, { hits, isShared, source, since, until }: ChatFilter) {
  return db
    .selectFrom('chats')
    .where(ownedBy(userId, hits !== undefined))
    .$if(hits !== undefined, (query) =>
      query.innerJoin((hits ?? NOTHING).as('hits'), (join) =>
        join.on(sql.ref('hits.chat_id'), '=', sql.ref('chats.id')),
      ),
    )
    .$if(since !== undefined, (query) => query.where('chats.updated_at', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('chats.updated_at', '<', until ?? 0))
    .$if(isShared !== undefined, (query) =>
      query.where((eb) => {
        const shares = eb.selectFrom('shares').select('shares.id').whereRef('shares.chat_id', '=', 'chats.id')
        return isShared ? eb.exists(shares) : eb.not(eb.exists(shares))
      }),
    )
    .$if(source !== undefined, (query) =>
      query.where((eb) => {
        const sources = eb
          .selectFrom('import_sources')
          .select('import_sources.chat_id')
          .whereRef('import_sources.chat_id', '=', 'chats.id')
        if (source === '') return eb.not(eb.exists(sources))
        return eb.exists(
          sources.where('source_key', '>=', `${source}:`).where('source_key', '<', `${source};`),
        )
      }),
    )
}

/** A page of a user's chats. */
export async function listChatsPage(
  db: Queries,
  userId: number,
  filter: ChatFilter,
  order: readonly ChatOrder[],
  { limit, after }: Page,
): Promise<{ chats: ListedChat[]; last: PageEnd }> {
  const terms = orderOf(order)
  let query = filteredChats(db, userId, filter)
    .selectAll('chats')
    .select(orderColumns(terms))
    .$if(filter.hits !== undefined, (found) => found.select(sql<number | null>`hits.position`.as('found_at')))
    .$if(after !== undefined, (rest) => rest.where(comesAfter(terms, after ?? [])))
  for (const { by, direction } of terms) query = query.orderBy(by, direction)
  const { rows, last } = cutPage(await query.limit(limit + 1).execute(), limit, terms.length)
  return { chats: rows.map((row) => ({ ...toChat(row), foundAt: row.found_at })), last }
}

export async function countChats(db: Queries, userId: number, filter: ChatFilter): Promise<number> {
  const { chats } = await filteredChats(db, userId, filter)
    .select((eb) => eb.fn.countAll<number>().as('chats'))
    .executeTakeFirstOrThrow()
  return chats
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

/** Keeps other writers from several chats until the transaction ends. */
export async function lockChats(store: Store, trx: Queries, ids: readonly number[]): Promise<void> {
  // In one order, so that two who lock several don't wait for each other.
  await store.dialect
    .lockRows(trx.selectFrom('chats').select('id').where('id', 'in', ids).orderBy('id'))
    .execute()
}

/** What of a chat's row its readers get, and which revision it is. */
export async function findReadableChat(
  { hot }: Pick<Store, 'hot'>,
  id: number,
): Promise<
  | { name: string; model: string; revision: string; ownerId: number; createdAt: number; updatedAt: number }
  | undefined
> {
  const [row] = await hot.ask(selectReadableChat, { id })
  if (!row) return undefined
  const { name, model, revision, user_id, created_at, updated_at } = row
  return { name, model, revision, ownerId: user_id, createdAt: created_at, updatedAt: updated_at }
}

const selectReadableChat = hotQuery({ id: 'integer' }, (db, args) =>
  db
    .selectFrom('chats')
    .select(['name', 'model', 'revision', 'user_id', 'created_at', 'updated_at'])
    .where('id', '=', args.id),
)

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
