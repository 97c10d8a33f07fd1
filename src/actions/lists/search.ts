import { setImmediate as nextTurn } from 'node:timers/promises'
import { excerptOf, searchTerms } from '../../chats/search-words.ts'
import { findMessageAt, ownTerms } from '../../storage/queries/lists/search.ts'
import type { ChatFilter } from '../../storage/queries/chats.ts'
import type { Page } from '../../storage/queries/lists/pages.ts'
import type { Context } from '../context.ts'

export type { Page }

/** What a search found in the chats of an account; undefined where nothing is searched. */
export type Found = ChatFilter['hits']

/** Where a chat has what was searched for. */
export interface Match {
  /** null where its name has it */
  readonly messageId: number | null
  readonly excerpt: string
}

/** An item of a list in which something was searched. */
interface Searched {
  readonly chatId: number
  readonly name: string
  readonly model?: string
  /** of the first message that was found; null where it was something else */
  readonly foundAt: number | null | undefined
}

// So that a page of the longest messages takes some milliseconds.
const MOST_CHARS = 256 * 1024
const MOST_CHARS_OF_A_PAGE = 4 * 1024 * 1024
const EXCERPT_CHARS = 200

/** Begins a search: what was written up to now is found. @param text that was searched for, undefined for no search */
export async function search(context: Context, userId: number, text: string | undefined): Promise<Found> {
  if (text === undefined || text.trim() === '') return undefined
  await context.searchIndex.catchUp(userId)
  return context.store.dialect.search.hits(ownTerms(userId, searchTerms(text)))
}

/**
 * Where each item of a page has what was searched for: in the text as it is now, as what the index holds may be of a
 * moment ago.
 *
 * @returns undefined for an item that doesn't have it any more
 */
export async function matchesOf(
  { store }: Pick<Context, 'store'>,
  items: readonly Searched[],
  text: string,
): Promise<(Match | undefined)[]> {
  const matches: (Match | undefined)[] = []
  let left = MOST_CHARS_OF_A_PAGE
  for (const { chatId, name, model = '', foundAt } of items) {
    if (foundAt === undefined || foundAt === null) {
      const isNamed = excerptOf(`${name}\n${model}`, text) !== undefined
      matches.push(isNamed ? { messageId: null, excerpt: name } : undefined)
      continue
    }
    const most = Math.min(MOST_CHARS, Math.max(left, EXCERPT_CHARS))
    const message = await findMessageAt(store.read, { chatId, position: foundAt }, most)
    if (!message) {
      matches.push(undefined)
      continue
    }
    left -= message.content.length
    const excerpt = excerptOf(message.content, text)
    // Of a very long one only the beginning was looked at.
    const beginning =
      message.content.length < most ? undefined : `${message.content.slice(0, EXCERPT_CHARS)}…`
    const shown = excerpt ?? beginning
    matches.push(shown === undefined ? undefined : { messageId: message.id, excerpt: shown })
    await nextTurn()
  }
  return matches
}
