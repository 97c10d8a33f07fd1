import { type RawBuilder, sql } from 'kysely'
import type { Queries } from '../store.ts'

/** A text that can be found: a message by its position in its chat, or 0 for the chat's own name and model. */
export interface SearchedText {
  readonly chatId: number
  readonly position: number
}

/** A text with its words. */
export interface IndexedText extends SearchedText {
  readonly words: readonly string[]
}

/** A chat in which something was found. */
export interface SearchHit {
  readonly chat_id: number
  /** of the first message that was found; null where it is the name alone */
  readonly position: number | null
}

/** A word to look for; with an asterisk, whatever begins with it. */
export interface IndexedTerm {
  readonly word: string
  readonly isBeginning: boolean
}

/** How a database searches texts. The words come folded and consist of letters, digits and `_`. */
export interface SearchDifferences {
  /** makes the index, and what queues each text that changes */
  create(db: Queries): Promise<void>
  /**
   * Empties the index where older versions kept it so that it went wrong.
   *
   * @returns whether all texts have to be indexed again
   */
  remake(db: Queries): Promise<boolean>
  /** Takes texts out of the index, if they are in it, and puts those in anew that have words. */
  index(db: Queries, texts: readonly IndexedText[]): Promise<void>
  /** Bytes of words that are taken out of the index before a text is put in anew, where that is work. */
  sizesOf(db: Queries, texts: readonly SearchedText[]): Promise<ReadonlyMap<SearchedText, number>>
  /** the chats in which one text has all terms; of very many texts, those of the newest chats */
  hits(terms: readonly IndexedTerm[]): RawBuilder<SearchHit>
}

/** So many texts that match are looked at. */
export const MOST_MATCHES = 5_000

/** Where there is no word to look for. */
export const NOTHING = sql<SearchHit>`(select 0 as chat_id, 0 as position where 1 = 0)`
