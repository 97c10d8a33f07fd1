import MarkdownItParser, { type MarkdownIt } from 'markdown-it'
import { renderCodeBlocks } from '../code/code-blocks.ts'
import { renderFootnotes } from './footnotes.ts'
import { fitHeadingsIntoPage } from './headings.ts'
import { renderLineBreakTags } from './line-break-tags.ts'
import { renderSteps } from '../steps/steps.ts'
import { makeLinksSafe } from './links.ts'
import { renderMath } from '../math/math.ts'
import { renderTables } from './tables.ts'
import { renderTaskLists } from './task-lists.ts'

/**
 * The parser and renderer of messages: GitHub-flavoured Markdown with math. HTML in a message is shown as text.
 * Line breaks are kept, because people press Enter and mean it.
 */
export function createMessageMarkdown(): MarkdownIt {
  const markdown = new MarkdownItParser({ html: false, linkify: true, breaks: true })
  renderSteps(markdown)
  renderFootnotes(markdown)
  renderMath(markdown)
  renderLineBreakTags(markdown)
  renderTables(markdown)
  renderCodeBlocks(markdown)
  renderTaskLists(markdown)
  fitHeadingsIntoPage(markdown)
  makeLinksSafe(markdown)
  return markdown
}
