import { type SqlBool, sql } from 'kysely'
import { wordsOf, type SearchTerm } from '../../../chats/search-words.ts'
import type { IndexedTerm, SearchedText } from '../../dialects/dialect-search.ts'
import type { Queries, Store } from '../../store.ts'

// A few milliseconds: others have their turn in between.
const MOST_TEXTS = 32
const MOST_BYTES = 32 * 1024
// From here on it is work that readers would notice where the database works in the thread that asks.
const MANY_TEXTS = 64
const MANY_BYTES = 256 * 1024

/** Words are put into the index for their owner, so that what a search costs depends on what is one's own. */
const ownWord = (userId: number, word: string): string => `${userId}_${word}`

/** What an account's search looks for in the index. */
export function ownTerms(userId: number, terms: readonly SearchTerm[]): IndexedTerm[] {
  return terms.map(({ word, isBeginning }) => ({ word: ownWord(userId, word), isBeginning }))
}

/** How much work waits. */
export type HowMuch = 'nothing' | 'little' | 'much'

/**
 * How much waits to be indexed.
 *
 * @param userId of the account whose texts are looked at; undefined looks at everybody's
 */
export async function howMuchWaits(
  db: Queries,
  { dialect }: Pick<Store, 'dialect'>,
  userId?: number,
): Promise<HowMuch> {
  const waiting = await waitingTexts(db, userId)
    .select(['chat_id as chatId', 'position'])
    .limit(MANY_TEXTS)
    .execute()
  if (waiting.length === 0) return 'nothing'
  if (waiting.length === MANY_TEXTS) return 'much'
  const { bytesOf } = await findSizes(db, dialect, waiting)
  const bytes = waiting.reduce((sum, text) => sum + bytesOf(text), 0)
  return bytes < MANY_BYTES ? 'little' : 'much'
}

function waitingTexts(db: Queries, userId: number | undefined) {
  return db
    .selectFrom('search_queue')
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
}

/**
 * Indexes a few of the texts that wait; all of it or none. Any number of processes may do so at once.
 *
 * @param userId of the account whose texts are wanted; undefined takes anybody's
 * @returns false when there is nothing more, or others are at it
 */
export async function indexSome(store: Store, userId?: number): Promise<boolean> {
  return store.counters.transaction().execute(async (trx) => {
    const waiting = waitingTexts(trx, userId)
      .select(['user_id as userId', 'chat_id as chatId', 'position'])
      .limit(MOST_TEXTS)
    const taken = await store.dialect.lockFreeRows(waiting).execute()
    if (taken.length === 0) return false
    const texts = await takeTexts(store, trx, taken)
    const owners = await findOwners(trx, new Set(texts.map(({ chatId }) => chatId)))
    const indexed = texts.map(({ chatId, position, content }) => {
      const owner = content === undefined ? undefined : owners.get(chatId)
      const words = owner === undefined ? [] : [...wordsOf(content ?? '')].map((word) => ownWord(owner, word))
      return { chatId, position, words }
    })
    await store.dialect.search.index(trx, indexed)
    const keys = texts.map(({ userId: user, chatId, position }) => rowOf(user, chatId, position))
    if (keys.length > 0) {
      await trx
        .deleteFrom('search_queue')
        .where(sql<SqlBool>`(user_id, chat_id, position) in (values ${sql.join(keys)})`)
        .execute()
    }
    return true
  })
}

type Waiting = SearchedText & { readonly userId: number }

/**
 * Texts as they are now, kept from changing until the transaction ends: what is changed later waits to be indexed again.
 * Those that somebody else changes just now are left out; of large ones only the first are taken. Without a content
 * where the text isn't there any more.
 */
async function takeTexts(
  store: Store,
  trx: Queries,
  waiting: readonly Waiting[],
): Promise<(Waiting & { readonly content: string | undefined })[]> {
  const { isThere, bytesOf } = await findSizes(trx, store.dialect, waiting)
  let bytes = 0
  const beyond = waiting.findIndex((text) => (bytes += bytesOf(text)) > MOST_BYTES)
  const some = beyond === -1 ? waiting : waiting.slice(0, Math.max(1, beyond))
  const contents = new Map<string, string>()
  const messages = some.filter(({ position }) => position > 0)
  if (messages.length > 0) {
    const query = trx
      .selectFrom('messages')
      .select(['chat_id', 'position', 'content'])
      .where(isOneOf(messages))
    for (const row of await store.dialect.lockFreeRows(query).execute()) {
      contents.set(keyOf({ chatId: row.chat_id, position: row.position }), row.content)
    }
  }
  const chatIds = some.flatMap(({ chatId, position }) => (position === 0 ? [chatId] : []))
  if (chatIds.length > 0) {
    const query = trx.selectFrom('chats').select(['id', 'name', 'model']).where('id', 'in', chatIds)
    for (const { id, name, model } of await store.dialect.lockFreeRows(query).execute()) {
      contents.set(keyOf({ chatId: id, position: 0 }), `${name}\n${model}`)
    }
  }
  return some
    .map((text) => ({ ...text, content: contents.get(keyOf(text)) }))
    .filter((text) => text.content !== undefined || !isThere(text))
}

/** Which texts are there, and how much work each is: as it is now, and as it is in the index, which it leaves first. */
async function findSizes(
  db: Queries,
  { search }: Store['dialect'],
  texts: readonly SearchedText[],
): Promise<{ isThere: (text: SearchedText) => boolean; bytesOf: (text: SearchedText) => number }> {
  const messages = await db
    .selectFrom('messages')
    .select(['chat_id', 'position', sql<number>`octet_length(content)`.as('bytes')])
    .where(isOneOf(texts))
    .execute()
  const chats = await db
    .selectFrom('chats')
    .select('id')
    .where(
      'id',
      'in',
      texts.map(({ chatId }) => chatId),
    )
    .execute()
  const present = new Map([
    ...chats.map(({ id }) => [keyOf({ chatId: id, position: 0 }), 0] as const),
    ...messages.map((row) => [keyOf({ chatId: row.chat_id, position: row.position }), row.bytes] as const),
  ])
  const indexed = await search.sizesOf(db, texts)
  return {
    isThere: (text) => present.has(keyOf(text)),
    bytesOf: (text) => (present.get(keyOf(text)) ?? 0) + (indexed.get(text) ?? 0),
  }
}

/** Whose the chats are; those that are being removed are nobody's. */
async function findOwners(trx: Queries, chatIds: ReadonlySet<number>): Promise<Map<number, number>> {
  if (chatIds.size === 0) return new Map()
  const rows = await trx
    .selectFrom('chats')
    .leftJoin('deleted_users', 'deleted_users.user_id', 'chats.user_id')
    .select(['chats.id', 'chats.user_id'])
    .where('chats.id', 'in', [...chatIds])
    .where('deleted_users.user_id', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.id, row.user_id]))
}

function keyOf({ chatId, position }: SearchedText): string {
  return `${chatId} ${position}`
}

/** Numbers as a row of values; PostgreSQL takes what comes from outside for text. */
function rowOf(...numbers: readonly number[]) {
  return sql`(${sql.join(numbers.map((number) => sql`cast(${number} as integer)`))})`
}

function isOneOf(texts: readonly SearchedText[]) {
  const keys = texts.map(({ chatId, position }) => rowOf(chatId, position))
  return sql<SqlBool>`(messages.chat_id, messages.position) in (values ${sql.join(keys)})`
}

/** A message that a search found. */
export interface FoundMessage {
  readonly id: number
  readonly content: string
}

/** The message at a position of a chat, and no more of it than is looked through. */
export async function findMessageAt(
  db: Queries,
  { chatId, position }: SearchedText,
  mostChars: number,
): Promise<FoundMessage | undefined> {
  return db
    .selectFrom('messages')
    .select(['id', sql<string>`substr(content, 1, ${mostChars})`.as('content')])
    .where('chat_id', '=', chatId)
    .where('position', '=', position)
    .executeTakeFirst()
}
