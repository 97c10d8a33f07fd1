import {
  findIn,
  hasClass,
  type HtmlElement,
  type HtmlNode,
  parseHtml,
  textIn,
} from '../../html/parse-html.ts'
import { markdownOf } from '../../html/html-to-markdown.ts'
import type { TextFormat } from '../../imported-chat.ts'
import { readTime } from '../../text/read-time.ts'
import { type Activity, chatsOf, promptIn } from '../records/gemini-activity.ts'

/**
 * Gemini in Google's Takeout as a page (MyActivity.html): a cell for each prompt, in which the prompt, its time and the
 * answer follow each other.
 */
export const geminiActivityPage: TextFormat = {
  name: 'Gemini Takeout',
  read: (text) => {
    if (
      !text.trimStart().startsWith('<') ||
      !text.includes('outer-cell') ||
      !/gemini|bard/i.test(text.slice(0, 200_000))
    )
      return undefined
    const cells: HtmlElement[] = []
    collect(parseHtml(text), cells)
    const activities = cells.map(activityOf).filter((activity) => activity !== undefined)
    return activities.length === 0 ? undefined : chatsOf(activities)
  },
}

function collect(node: HtmlNode, cells: HtmlElement[]): void {
  if (typeof node === 'string') return
  if (hasClass(node, 'outer-cell')) cells.push(node)
  else for (const child of node.children) collect(child, cells)
}

function activityOf(cell: HtmlElement): Activity | undefined {
  const header = findIn(cell, (one) => hasClass(one, 'header-cell'))
  const content = findIn(cell, (one) => hasClass(one, 'content-cell'))
  if (content === undefined || (header !== undefined && !/gemini|bard/i.test(textIn(header))))
    return undefined
  // "Prompted …", a break, the time, a break, the answer.
  const { children } = content
  const at = children.findIndex((child) => typeof child === 'string' && writtenTime(child) !== undefined)
  if (at === -1) return undefined
  const { asked, isPrompt } = promptIn(markdownOf({ ...content, children: children.slice(0, at) }).trim())
  const answer = markdownOf({ ...content, children: children.slice(at + 1) }).trim()
  const time = children[at]
  return {
    asked,
    isPrompt: isPrompt || answer !== '',
    answer: answer === '' ? [] : [answer],
    at: typeof time === 'string' ? writtenTime(time) : undefined,
    files: [],
  }
}

/** "Mar 2, 2026, 9:00:00 AM UTC" */
function writtenTime(text: string): number | undefined {
  return readTime(
    text
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/ (?:[A-Z]{2,5}|GMT[+-]\d{1,2}(?::\d\d)?)$/, ''),
  )
}
