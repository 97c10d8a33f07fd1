import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Insertable, sql } from 'kysely'
import type { Role } from '../../chats/chat.ts'
import type { Message } from '../../chats/message.ts'
import { hotQuery } from '../hot-query.ts'
import { repeatedStatement } from '../repeated-statement.ts'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

// Six parameters a row stay far below what either database takes in one statement.
const MOST_ROWS_AT_ONCE = 512
const ROWS_READ_AT_ONCE = 256
const CHARS_READ_AT_ONCE = 512 * 1024
/** Those who ask for so many at the same time share a query. */
const FEW = 64

const COLUMNS = ['id', 'role', 'content', 'created_at', 'updated_at'] as const

interface MessageRow {
  readonly id: number
  readonly role: string
  readonly content: string
  readonly created_at: number
  readonly updated_at: number
}

function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    role: row.role === 'assistant' ? 'assistant' : 'user',
    content: row.content,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** All messages in the order of the conversation. */
export function listMessages(db: Queries, chatId: number): Promise<Message[]> {
  return allOf(readMessages(db, chatId))
}

/** The same of a chat that has few; undefined for one that has more. */
export async function listFewMessages(
  { hot }: Pick<Store, 'hot'>,
  chatId: number,
): Promise<Message[] | undefined> {
  const rows = await hot.ask(selectFew, { chatId })
  if (rows.length > FEW) return undefined
  // Where several ask together, SQL promises no order.
  return rows.toSorted((one, other) => one.position - other.position).map(toMessage)
}

const selectFew = hotQuery({ chatId: 'integer' }, (db, args) =>
  db
    .selectFrom('messages')
    .select([...COLUMNS, 'position'])
    .where('chat_id', '=', args.chatId)
    .orderBy('position')
    .limit(sql.lit(FEW + 1)),
)

/**
 * The same in batches. Others have their turn between two of them: SQLite reads a whole one before anything else goes on.
 *
 * @param isLarge then batches are small at first, as messages may have a mebibyte
 */
export function readMessages(db: Queries, chatId: number, isLarge = false): AsyncGenerator<Message[]> {
  return inBatches(isLarge, (after, rows) => selectBatch(db, { chatId, after, last: undefined, rows }))
}

/** How many messages there are, from when to when, without their texts. */
export async function outlineMessages(
  db: Queries,
  { kind, id }: { readonly kind: 'chat' | 'snapshot'; readonly id: number },
): Promise<{ count: number; questions: number; firstAt: number; lastAt: number }> {
  const columns = ['role', 'created_at', 'position'] as const
  const rows = db.selectFrom(
    kind === 'chat'
      ? db.selectFrom('messages').select(columns).where('chat_id', '=', id).as('rows')
      : db.selectFrom('snapshot_messages').select(columns).where('snapshot_id', '=', id).as('rows'),
  )
  const counted = await rows
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.countAll<number>().filterWhere('role', '=', 'user').as('questions'),
    ])
    .executeTakeFirst()
  const timeAt = async (end: 'asc' | 'desc'): Promise<number> =>
    (await rows.select('created_at').orderBy('position', end).limit(1).executeTakeFirst())?.created_at ?? 0
  return {
    count: counted?.count ?? 0,
    questions: counted?.questions ?? 0,
    firstAt: await timeAt('asc'),
    lastAt: await timeAt('desc'),
  }
}

/** Those from a position to another, which are there still. */
export function listMessagesBetween(
  db: Queries,
  chatId: number,
  first: number,
  last: number,
): Promise<Message[]> {
  const batches = inBatches(false, (after, rows) => selectBatch(db, { chatId, after, last, rows }), first - 1)
  return allOf(batches)
}

const selectBatch = repeatedStatement(
  { chatId: 'integer', after: 'integer', last: 'integer?', rows: 'integer' },
  (db, args, has) =>
    db
      .selectFrom('messages')
      .select([...COLUMNS, 'position'])
      .where('chat_id', '=', args.chatId)
      .where('position', '>', args.after)
      .$if(has.last, (query) => query.where('position', '<=', args.last))
      .orderBy('position')
      .limit(args.rows),
)

type PlacedRow = MessageRow & { readonly position: number }

async function* inBatches(
  isLarge: boolean,
  readAfter: (position: number, rows: number) => Promise<readonly PlacedRow[]>,
  from = 0,
): AsyncGenerator<Message[]> {
  let limit = isLarge ? 1 : ROWS_READ_AT_ONCE
  for (let after = from; ;) {
    const rows = await readAfter(after, limit)
    if (rows.length > 0) yield rows.map(toMessage)
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last.position
    limit = nextLimit(limit, rows)
    await nextTurn()
  }
}

/** In steps that double: each number of rows is another statement to prepare and to keep. */
function nextLimit(limit: number, rows: readonly MessageRow[]): number {
  const chars = rows.reduce((sum, { content }) => sum + content.length, 0)
  if (chars > CHARS_READ_AT_ONCE) return Math.max(1, limit / 2)
  return chars * 2 > CHARS_READ_AT_ONCE ? limit : Math.min(ROWS_READ_AT_ONCE, limit * 2)
}

async function allOf(batches: AsyncIterable<Message[]>): Promise<Message[]> {
  const messages: Message[] = []
  for await (const batch of batches) for (const message of batch) messages.push(message)
  return messages
}

/** Some messages in the order of the conversation. @param from the first one's number, from 1 */
export async function listMessagesFrom(
  db: Queries,
  chatId: number,
  from: number,
  count: number,
): Promise<Message[]> {
  const rows = await db
    .selectFrom('messages')
    .select(COLUMNS)
    .where('chat_id', '=', chatId)
    .orderBy('position')
    .limit(count)
    .offset(from - 1)
    .execute()
  return rows.map(toMessage)
}

/** The last messages, in the order of the conversation. */
export async function listLastMessages(db: Queries, chatId: number, count: number): Promise<Message[]> {
  const rows = await db
    .selectFrom('messages')
    .select(COLUMNS)
    .where('chat_id', '=', chatId)
    .orderBy('position', 'desc')
    .limit(count)
    .execute()
  return rows.map(toMessage).toReversed()
}

export async function findMessage(db: Queries, chatId: number, id: number): Promise<Message | undefined> {
  const row = await db
    .selectFrom('messages')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('chat_id', '=', chatId)
    .executeTakeFirst()
  return row && toMessage(row)
}

/** A message to store; one that doesn't say when it was updated wasn't. */
export interface NewMessage {
  readonly role: Role
  readonly content: string
  readonly createdAt: number
  readonly updatedAt?: number
}

/** The batch that most writes bring. */
const insertOne = repeatedStatement(
  {
    chat_id: 'integer',
    position: 'integer',
    role: 'text',
    content: 'text',
    created_at: 'integer',
    updated_at: 'integer',
  },
  (db, row) => db.insertInto('messages').values(row).returning(['id', 'position']),
)

/** Appends messages after a position, and returns them as they are stored. */
export async function insertMessages(
  db: Queries,
  chatId: number,
  after: number,
  messages: readonly NewMessage[],
): Promise<Message[]> {
  const inserted: Message[] = []
  for (const rows of batchesOf(chatId, after, messages)) {
    const [first] = rows
    // Their texts are known: many megabytes needn't be read again.
    const stored =
      first && rows.length === 1
        ? await insertOne(db, first)
        : await db.insertInto('messages').values(rows).returning(['id', 'position']).execute()
    const ids = new Map(stored.map(({ id, position }) => [position, id]))
    for (const row of rows) inserted.push(toMessage({ ...row, id: ids.get(row.position) ?? 0 }))
  }
  return inserted
}

/** The same for whoever doesn't need them back. */
export async function appendMessages(
  db: Queries,
  chatId: number,
  after: number,
  messages: readonly NewMessage[],
): Promise<void> {
  for (const rows of batchesOf(chatId, after, messages)) {
    await db.insertInto('messages').values(rows).execute()
    if (rows.length === MOST_ROWS_AT_ONCE) await nextTurn()
  }
}

/** Rows in batches whose sizes are powers of two: each size is another statement to prepare and to keep. */
function* batchesOf(
  chatId: number,
  after: number,
  messages: readonly NewMessage[],
): Generator<Insertable<Tables['messages']>[]> {
  let size = MOST_ROWS_AT_ONCE
  for (let start = 0; start < messages.length; start += size) {
    while (size > messages.length - start) size /= 2
    yield messages.slice(start, start + size).map(({ role, content, createdAt, updatedAt }, index) => ({
      chat_id: chatId,
      position: after + start + index + 1,
      role,
      content,
      created_at: createdAt,
      updated_at: updatedAt ?? createdAt,
    }))
  }
}

export async function updateMessage(
  db: Queries,
  chatId: number,
  id: number,
  content: string,
  now: number,
): Promise<Message | undefined> {
  const row = await db
    .updateTable('messages')
    .set({ content, updated_at: now })
    .where('id', '=', id)
    .where('chat_id', '=', chatId)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toMessage(row)
}

export async function deleteMessages(db: Queries, chatId: number, ids: readonly number[]): Promise<void> {
  await db.deleteFrom('messages').where('chat_id', '=', chatId).where('id', 'in', ids).execute()
}

/** The messages that a snapshot froze. */
export function listSnapshotMessages(db: Queries, snapshotId: number): Promise<Message[]> {
  return allOf(readSnapshotMessages(db, snapshotId))
}

/** The same in batches, as {@link readMessages} has them. */
export function readSnapshotMessages(
  db: Queries,
  snapshotId: number,
  isLarge = false,
): AsyncGenerator<Message[]> {
  return inBatches(isLarge, (after, rows) =>
    db
      .selectFrom('snapshot_messages')
      .select(['message_id as id', 'role', 'content', 'created_at', 'updated_at', 'position'])
      .where('snapshot_id', '=', snapshotId)
      .where('position', '>', after)
      .orderBy('position')
      .limit(sql.lit(rows))
      .execute(),
  )
}
