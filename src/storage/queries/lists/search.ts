import { sql } from 'kysely'
import { wordsOf, type SearchTerm } from '../../../chats/search-words.ts'
import type { IndexedTerm, SearchedText } from '../../dialects/dialect-search.ts'
import type { Queries, Store } from '../../store.ts'

// A few milliseconds: others have their turn in between.
const MOST_TEXTS = 16
const MOST_BYTES = 32 * 1024

/** Words are put into the index for their owner, so that what a search costs depends on what is one's own. */
const ownWord = (userId: number, word: string): string => `${userId}_${word}`

/** What an account's search looks for in the index. */
export function ownTerms(userId: number, terms: readonly SearchTerm[]): IndexedTerm[] {
  return terms.map(({ word, isBeginning }) => ({ word: ownWord(userId, word), isBeginning }))
}

/** How many texts wait to be indexed, up to a number. */
export async function countWaiting(db: Queries, upTo: number): Promise<number> {
  const rows = await db.selectFrom('search_queue').select('position').limit(upTo).execute()
  return rows.length
}

/**
 * Indexes a few of the texts that wait; all of it or none. Any number of processes may do so at once.
 *
 * @param userId of the account whose texts are wanted; undefined takes anybody's
 * @returns false when there is nothing more, or others are at it
 */
export async function indexSome(store: Store, userId?: number): Promise<boolean> {
  return store.counters.transaction().execute(async (trx) => {
    const waiting = trx
      .selectFrom('search_queue')
      .select(['user_id', 'chat_id', 'position'])
      .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
      .limit(MOST_TEXTS)
    let bytes = 0
    const taken = await store.dialect.lockFreeRows(waiting).execute()
    for (const row of taken) {
      const text = await findText(store, trx, { chatId: row.chat_id, position: row.position })
      if (text !== 'busy') {
        const words =
          text === undefined ? [] : [...wordsOf(text.content)].map((word) => ownWord(text.userId, word))
        await store.dialect.search.index(trx, { chatId: row.chat_id, position: row.position }, words)
        await trx
          .deleteFrom('search_queue')
          .where('user_id', '=', row.user_id)
          .where('chat_id', '=', row.chat_id)
          .where('position', '=', row.position)
          .execute()
        bytes += text?.content.length ?? 0
      }
      if (bytes >= MOST_BYTES) break
    }
    return taken.length > 0
  })
}

/**
 * A text as it is now, kept from changing until the transaction ends: what is changed later waits to be indexed again.
 *
 * @returns undefined where it isn't there any more, or is being removed; `busy` while somebody else changes it
 */
async function findText(
  store: Store,
  trx: Queries,
  { chatId, position }: SearchedText,
): Promise<{ userId: number; content: string } | 'busy' | undefined> {
  const chat = await trx
    .selectFrom('chats')
    .select(['user_id', 'name', 'model'])
    .where('id', '=', chatId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('deleted_users')
            .select('deleted_users.user_id')
            .whereRef('deleted_users.user_id', '=', 'chats.user_id'),
        ),
      ),
    )
    .executeTakeFirst()
  if (!chat) return undefined
  if (position === 0) {
    const own = trx.selectFrom('chats').select(['name', 'model']).where('id', '=', chatId)
    const named = await store.dialect.lockFreeRows(own).executeTakeFirst()
    return named ? { userId: chat.user_id, content: `${named.name}\n${named.model}` } : 'busy'
  }
  const message = trx
    .selectFrom('messages')
    .select('content')
    .where('chat_id', '=', chatId)
    .where('position', '=', position)
  const found = await store.dialect.lockFreeRows(message).executeTakeFirst()
  if (found) return { userId: chat.user_id, content: found.content }
  const isThere = await message.executeTakeFirst()
  return isThere ? 'busy' : undefined
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
