import { roleOfHeading, unescapeRoleHeadings } from '../../chats/role-headings.ts'
import {
  type ChatDraft,
  type ImportedMessage,
  type LeftOut,
  type ReadOptions,
  type TextFormat,
  unclearSpeakers,
} from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { linesOfCode } from '../text/code-lines.ts'
import { timeIn, withoutExporterLines } from '../text/exporter-lines.ts'
import { findTurns, type TurnLine } from '../text/find-turns.ts'
import { joinBlocks, quotedReasoning } from '../text/markdown-blocks.ts'
import { readTime } from '../text/read-time.ts'
import { speakerLineOf } from '../text/speaker-lines.ts'
import { appIn, roleOfName } from '../text/speaker-names.ts'
import { withoutTags } from '../text/thought-tags.ts'

/**
 * Text with a line before each message. Our own export (chats/chat-as-markdown.ts) comes back to the letter. Else what
 * other exporters and pages copied by hand have is taken ("#### You:", "## 🤖 ChatGPT", "**Human:** …", "ChatGPT said:",
 * "User: …"; see find-turns.ts), without the lines that exporters put between messages.
 */
export const markdown: TextFormat = {
  name: 'Markdown',
  read: (text, options) => {
    const draft = readMarkdown(text, options)
    return draft && [draft]
  },
}

/**
 * The conversation in a text; see {@link markdown}.
 *
 * Returns undefined where nobody speaks in it. Throws ImportError where it can't be told who is who.
 */
export function readMarkdown(text: string, options: ReadOptions = {}): ChatDraft | undefined {
  const lines = text.split('\n')
  const headings = lines.filter((line) => roleOfHeading(line) !== undefined)
  if (headings.length === 0 || options.speakers !== undefined || !isOurs(lines))
    return readForeign(lines.map(withoutReturn), options)
  // A heading that ends in a carriage return tells a file from Windows; elsewhere they belong to a message.
  const isFromWindows = headings.some((line) => line.endsWith('\r'))
  return readOurs(isFromWindows ? lines.map(withoutReturn) : lines)
}

/**
 * Others write `## User` as well. Our own export says the model before; what was written by hand like it has both roles,
 * or one and no other heading of its kind, and none of them in code.
 */
function isOurs(lines: readonly string[]): boolean {
  const first = lines.findIndex((line) => roleOfHeading(line) !== undefined)
  if (lines.slice(0, first).some((line) => /^Model:(?: |$)/.test(line))) return true
  const code = linesOfCode(lines.map(withoutReturn))
  let others = 0
  let headings = 0
  const roles = new Set<string>()
  for (const [at, line] of lines.entries()) {
    const role = roleOfHeading(line)
    if (role !== undefined && code.has(at)) return false
    if (role !== undefined) {
      headings++
      roles.add(role)
    } else if (!code.has(at) && line.startsWith('## ') && isAnnounced(line)) others++
  }
  if (others > 0) return false
  // Of one role several times, somebody else's words would stand in each.
  return roles.size === 1 ? headings === 1 : !hasExporterLines(lines, first)
}

/** Whether a heading names somebody who isn't one of ours by its letters; text under "## Summary" is none. */
function isAnnounced(line: string): boolean {
  return speakerLineOf(withoutReturn(line)) !== undefined
}

/** Whether other programs' lines stand between the messages. */
function hasExporterLines(lines: readonly string[], first: number): boolean {
  const bodies: string[][] = []
  for (const line of lines.slice(first)) {
    if (roleOfHeading(line) === undefined) bodies.at(-1)?.push(withoutReturn(line))
    else bodies.push([])
  }
  const bare = withoutExporterLines(bodies)
  return bodies.some((body, index) => body.join('\n').trim() !== bare[index]?.lines.join('\n').trim())
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function readOurs(lines: readonly string[]): ChatDraft {
  const leftOut: LeftOut = {}
  const messages: ImportedMessage[] = []
  const before: string[] = []
  let body: string[] | undefined
  const bodies: [ImportedMessage['role'], string[]][] = []
  for (const line of lines) {
    const role = roleOfHeading(line)
    if (role !== undefined) {
      body = []
      bodies.push([role, body])
    } else (body ?? before).push(line)
  }
  for (const [role, said] of bodies) {
    const content = unescapeRoleHeadings(withoutFrame(said).join('\n'))
    if (content !== '') messages.push({ role, content })
  }
  return { source: 'markdown', ...readHead(before, leftOut), messages, leftOut }
}

/** Without the one blank line that stands after a heading and before the next. */
function withoutFrame(body: string[]): string[] {
  const start = body[0]?.trim() === '' ? 1 : 0
  const end = body.length > start && body.at(-1)?.trim() === '' ? body.length - 1 : body.length
  return body.slice(start, end)
}

/** What exporters of agents' sessions say at the top: such text tells where its writer sat. */
const byAgents = /SpecStory|Exported on .{1,80} from Cursor|Gemini CLI/
const LINES_OF_HEAD = 5

function readForeign(lines: string[], options: ReadOptions): ChatDraft | undefined {
  const result = findTurns(lines, options.speakers)
  if (result.kind === 'unclear') throw unclearSpeakers(result.speakers)
  if (result.kind === 'none') return undefined
  const leftOut: LeftOut = {}
  const { turns } = result
  const bodies = turns.map((turn, index) => bodyOf(lines, turn, turns[index + 1]?.at ?? lines.length))
  const said = withoutExporterLines(bodies)
  const messages: ImportedMessage[] = []
  let model: string | undefined
  for (const [index, turn] of turns.entries()) {
    const { lines: kept = [], createdAt } = said[index] ?? {}
    const content = withoutTags(kept.join('\n').trim(), leftOut, options)
    if (turn.role === 'assistant') model = turn.model ?? appIn(turn.shown) ?? model
    if (turn.role === 'other') {
      if (content !== '') leaveOut(leftOut, whatOf(turn))
    } else if (content !== '') add(messages, turn, content, turn.createdAt ?? createdAt)
  }
  const head = readHead(lines.slice(0, turns[0]?.at ?? 0), leftOut)
  const name = head.name !== undefined && isGeneric(head.name) ? undefined : head.name
  const keyHint = name === undefined ? options.fileTitle : undefined
  const isAgents = lines.slice(0, LINES_OF_HEAD).some((line) => byAgents.test(line))
  return {
    source: 'markdown',
    keyHint,
    ...head,
    name,
    model: head.model ?? model,
    messages,
    leftOut,
    isAgents,
  }
}

function bodyOf(lines: readonly string[], turn: TurnLine, end: number): string[] {
  const rest = unescapeRoleHeadings(lines.slice(turn.at + 1, end).join('\n')).split('\n')
  return turn.rest === '' ? rest : [turn.rest, ...rest]
}

/** What one party says without interruption is one answer: some exporters write a turn for each step of an agent. */
function add(messages: ImportedMessage[], turn: TurnLine, said: string, createdAt: number | undefined): void {
  const role = turn.role === 'user' ? 'user' : 'assistant'
  const content = turn.role === 'thought' ? quotedReasoning(said) : said
  const last = messages.at(-1)
  if (role === 'assistant' && last?.role === role) last.content = joinBlocks([last.content, content])
  else messages.push(createdAt === undefined ? { role, content } : { role, content, createdAt })
}

function whatOf({ name }: TurnLine): string {
  if (/tool|function/.test(name)) return /result|output/.test(name) ? 'tool result' : 'tool call'
  return /usage|metadata/.test(name) ? 'note of the exporter' : 'system message'
}

/** Titles that say no more than that it is a chat. */
const generic =
  /^(?:(?:my |the |full |exported )?(?:chat|conversation|dialog(?:ue)?|transcript|session)(?: ?(?:history|log|export|transcript))?|untitled(?: chat| conversation)?|new chat|github copilot chat log|(?:chatgpt|claude|gemini|copilot|cursor)(?: (?:chat|conversation|export|history|chat history))?)$/i

function isGeneric(name: string): boolean {
  return generic.test(name) || roleOfName(name) !== undefined
}

/** Title, model and time stand before the first message, as lines or as front matter. */
export function readHead(
  lines: readonly string[],
  leftOut: LeftOut,
): Pick<ChatDraft, 'name' | 'model' | 'createdAt'> {
  let name: string | undefined
  let model: string | undefined
  let createdAt: number | undefined
  let others = 0
  for (const whole of lines) {
    const line = whole.slice(0, 500).trimEnd()
    const field = fieldOf(line)
    const title = line.startsWith('# ')
      ? line.slice(2).trim()
      : field?.name === 'title'
        ? field.value
        : undefined
    const time =
      title === undefined
        ? field !== undefined &&
          /^(?:created|date|time|started|create.?time|created.?at|start.?time)$/.test(field.name)
          ? readTime(field.value)
          : undefined
        : readTime(title)
    if (time !== undefined) createdAt ??= time
    else if (title !== undefined && name === undefined) name = title
    else if (field?.name === 'model' && model === undefined) model = field.value
    else if (/[\p{L}\p{N}]/u.test(line) && !isProgramLine(line)) others++
  }
  if (others > 0) leaveOut(leftOut, 'line before the first message', others)
  return { name, model, createdAt }
}

function isProgramLine(line: string): boolean {
  return line.startsWith('<!--') || timeIn(line) !== undefined
}

/** `Model: x`, `**Created:** …`, `title: "…"`, `- Model: x`. */
function fieldOf(line: string): { name: string; value: string } | undefined {
  const colon = line.indexOf(':')
  if (colon < 1 || colon > 40) return undefined
  const name = line
    .slice(0, colon)
    .replace(/[*_>\s-]+/g, ' ')
    .trim()
    .toLowerCase()
  const value = line.slice(colon + 1).replace(/^[*_\s`"']+/, '')
  return { name, value: withoutEnd(value) }
}

function withoutEnd(value: string): string {
  let end = value.length
  while (end > 0 && '*_ \t`"\''.includes(value.charAt(end - 1))) end--
  return value.slice(0, end)
}
