import { pageTurns } from '../../html/page-turns.ts'
import type { TextFormat } from '../../imported-chat.ts'

/** A page of an app as a browser saved it, where its HTML tells who says what. */
export const savedPage: TextFormat = {
  name: 'saved page',
  read: (text) => {
    if (!/^\s{0,100}</.test(text)) return undefined
    const messages = pageTurns(text)
    if (messages === undefined) return undefined
    const title = /<title[^>]{0,200}>([^<]{1,300})<\/title>/i.exec(text.slice(0, 200_000))?.[1]
    return [{ source: 'page', name: title?.trim(), messages, leftOut: {} }]
  },
}
