import { roleOfHeading, unescapeRoleHeadings } from '../../chats/role-headings.ts'
import type { ChatDraft, ImportedMessage, LeftOut } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { plainMark, type Speaker, speakerOf } from '../text/speaker-lines.ts'

/**
 * Markdown with a heading per message. Our own export (chats/chat-as-markdown.ts) comes back to the letter. Where no
 * line is exactly `## User` or `## Assistant`, what other exporters and pages copied by hand have is taken ("#### You:",
 * "## 🤖 ChatGPT", "**Human:** …", "ChatGPT said:", "User: …"; see speaker-lines.ts), all of the kind of the file's first.
 *
 * Returns undefined where the text has no such heading.
 */
export function readMarkdown(text: string): ChatDraft | undefined {
  const lines = text.split('\n')
  const headings = lines.filter((line) => roleOfHeading(line) !== undefined)
  if (headings.length === 0 || isOfOthers(lines, headings)) return readForeign(lines.map(withoutReturn))
  // A heading that ends in a carriage return tells a file from Windows; elsewhere they belong to a message.
  const isFromWindows = headings.some((line) => line.endsWith('\r'))
  return readWith(isFromWindows ? lines.map(withoutReturn) : lines, headingOfOurs, unescapeRoleHeadings)
}

/** Others may write `## User` and call the answers by their model; our own export says the model before. */
function isOfOthers(lines: readonly string[], headings: readonly string[]): boolean {
  const [role, ...more] = new Set(headings.map(roleOfHeading))
  if (
    more.length > 0 ||
    lines.slice(0, lines.indexOf(headings[0] ?? '')).some((line) => line.startsWith('Model: '))
  )
    return false
  return lines.some((line) => {
    const speaker = speakerOf(withoutReturn(line))
    return speaker?.mark === '##' && speaker.role !== 'other' && speaker.role !== role
  })
}

function headingOfOurs(line: string): Heading | undefined {
  const role = roleOfHeading(line)
  return role === undefined ? undefined : { role, rest: '' }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function readForeign(lines: string[]): ChatDraft | undefined {
  const code = linesOfCode(lines)
  const rolesOf = new Map<string, Set<Speaker>>()
  for (const [index, line] of lines.entries()) {
    const speaker = code.has(index) ? undefined : speakerOf(line)
    if (speaker !== undefined)
      rolesOf.set(speaker.mark, (rolesOf.get(speaker.mark) ?? new Set()).add(speaker.role))
  }
  // The title may name a speaker too ("# ChatGPT"), so headings by which both speak are asked first.
  const marks = [...rolesOf].filter(([mark, roles]) => {
    const speaking = Number(roles.has('user')) + Number(roles.has('assistant'))
    return speaking === 2 || (speaking === 1 && mark !== plainMark)
  })
  const both = marks.filter(([, roles]) => roles.has('user') && roles.has('assistant'))
  const mark = (both.find(([one]) => one !== plainMark) ?? both[0] ?? marks[0])?.[0]
  if (mark === undefined) return undefined
  const headingOf = (line: string, index: number): Heading | undefined => {
    const speaker = code.has(index) ? undefined : speakerOf(line)
    return speaker?.mark === mark ? speaker : undefined
  }
  return readWith(lines, headingOf, (content) => content, true)
}

/** Which lines stand in fenced code, where nobody speaks; a fence that nothing closes is no fence. */
function linesOfCode(lines: readonly string[]): Set<number> {
  const code = new Set<number>()
  let opened: { readonly at: number; readonly fence: string } | undefined
  for (const [index, line] of lines.entries()) {
    const [, fence = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.slice(0, 200)) ?? []
    if (fence === '') continue
    if (opened === undefined) opened = { at: index, fence }
    else if (fence.startsWith(opened.fence) && info.trim() === '') {
      for (let within = opened.at; within <= index; within++) code.add(within)
      opened = undefined
    }
  }
  return code
}

/** The beginning of a message, with what of it stands on the same line. */
type Heading = { role: Speaker; rest: string }

function readWith(
  lines: string[],
  headingOf: (line: string, index: number) => Heading | undefined,
  unescape: (content: string) => string,
  isTrimmed = false,
): ChatDraft {
  const leftOut: LeftOut = {}
  const messages: ImportedMessage[] = []
  const before: string[] = []
  let speaker: Speaker | undefined
  let body: string[] = []
  const finish = (): void => {
    if (speaker === 'other') leaveOut(leftOut, 'system message')
    else if (speaker !== undefined) {
      const content = unescape(withoutFrame(body).join('\n'))
      const said = isTrimmed ? content.trim() : content
      if (said !== '') messages.push({ role: speaker, content: said })
    }
  }
  for (const [index, line] of lines.entries()) {
    const heading = headingOf(line, index)
    if (heading !== undefined) {
      finish()
      speaker = heading.role
      body = heading.rest === '' ? [] : [heading.rest]
    } else if (speaker === undefined) before.push(line)
    else body.push(line)
  }
  finish()
  return { source: 'markdown', ...readHead(before, leftOut), messages, leftOut }
}

/** Without the one blank line that stands after a heading and before the next. */
function withoutFrame(body: string[]): string[] {
  const start = body[0]?.trim() === '' ? 1 : 0
  const end = body.length > start && body.at(-1)?.trim() === '' ? body.length - 1 : body.length
  return body.slice(start, end)
}

/** Title and model stand before the first message, as lines or as front matter. */
function readHead(lines: string[], leftOut: LeftOut): Pick<ChatDraft, 'name' | 'model'> {
  let name: string | undefined
  let model: string | undefined
  let others = 0
  for (const whole of lines) {
    const line = whole.slice(0, 500)
    const title = /^# (.*)$/.exec(line)?.[1] ?? /^title:\s*["']?([^]*?)["']?\s*$/i.exec(line)?.[1]
    const named = /^[*_>\s-]*model[*_]*:[*_]*\s*`?([^`]*?)`?[*_\s]*$/i.exec(line)?.[1]
    if (title !== undefined && name === undefined) name = title.trim()
    else if (named !== undefined && model === undefined) model = named.trim()
    else if (/[\p{L}\p{N}]/u.test(line)) others++
  }
  if (others > 0) leaveOut(leftOut, 'line before the first message', others)
  return { name, model }
}
