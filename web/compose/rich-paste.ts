import { escapeRoleHeadings, headingOf } from '../../src/chats/role-headings.ts'
import { htmlToMarkdown } from '../../src/importing/html/html-to-markdown.ts'
import { pageTurns } from '../../src/importing/html/page-turns.ts'

/**
 * What was copied from a page as Markdown. Where the page tells its messages apart, each stands under its heading, as in
 * our own export. Nothing of the page is given to the browser to parse.
 */
export function richText(html: string): string {
  const turns = pageTurns(html)
  if (turns === undefined) return htmlToMarkdown(html)
  return turns.map(({ role, content }) => `${headingOf[role]}\n\n${escapeRoleHeadings(content)}`).join('\n\n')
}
