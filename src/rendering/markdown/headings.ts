import type { MarkdownIt } from 'markdown-it'

/** The page's title is h1, each message's heading h2: a message's own headings begin below. */
const highestLevel = 3
const lowestLevel = 6

/**
 * Fits a message's headings into the page's outline: the highest in use becomes h3, and no level is skipped,
 * whichever levels the message began with, so that moving by headings works with a screen reader.
 */
export function fitHeadingsIntoPage(markdown: MarkdownIt): void {
  markdown.core.ruler.push('fit_headings', (state) => {
    const open: number[] = []
    for (const token of state.tokens) {
      if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
      const level = Number(token.tag.slice(1))
      if (token.type === 'heading_open') {
        while (open.length > 0 && (open.at(-1) ?? 0) >= level) open.pop()
        open.push(level)
      }
      token.tag = `h${Math.min(highestLevel + open.length - 1, lowestLevel)}`
    }
  })
}
