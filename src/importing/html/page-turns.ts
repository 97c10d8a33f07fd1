import type { Role } from '../../chats/chat.ts'
import { joinBlocks } from '../text/markdown-blocks.ts'
import { markdownOf } from './html-to-markdown.ts'
import { hasClass, type HtmlElement, type HtmlNode, parseHtml } from './parse-html.ts'

/** How the pages of apps mark who says what, in the order in which they are looked for. */
const marks: readonly { readonly role: Role; readonly fits: (element: HtmlElement) => boolean }[] = [
  { role: 'user', fits: ({ attributes }) => attributes['data-message-author-role'] === 'user' },
  { role: 'assistant', fits: ({ attributes }) => attributes['data-message-author-role'] === 'assistant' },
  { role: 'user', fits: ({ attributes }) => attributes['data-testid'] === 'user-message' },
  {
    role: 'assistant',
    fits: (element) => hasClass(element, 'font-claude-message') || hasClass(element, 'font-claude-response'),
  },
  { role: 'user', fits: ({ tag }) => tag === 'user-query' },
  { role: 'assistant', fits: ({ tag }) => tag === 'model-response' },
  { role: 'user', fits: ({ attributes }) => /^(?:user|human)$/i.test(attributes['data-role'] ?? '') },
  {
    role: 'assistant',
    fits: ({ attributes }) => /^(?:assistant|ai|model|bot)$/i.test(attributes['data-role'] ?? ''),
  },
]

/** The messages of a page of an app, where its HTML tells them apart; undefined where it doesn't. */
export function pageTurns(html: string): { role: Role; content: string }[] | undefined {
  const turns: { role: Role; content: string }[] = []
  const collect = (node: HtmlNode): void => {
    if (typeof node === 'string') return
    const role = marks.find(({ fits }) => fits(node))?.role
    if (role === undefined) {
      for (const child of node.children) collect(child)
      return
    }
    const content = markdownOf(node)
    const last = turns.at(-1)
    if (content === '') return
    if (last?.role === role && role === 'assistant') last.content = joinBlocks([last.content, content])
    else turns.push({ role, content })
  }
  collect(parseHtml(html))
  return new Set(turns.map(({ role }) => role)).size === 2 ? turns : undefined
}
