import { readTime } from './read-time.ts'

/** What exporters and pages write between messages and around them, which nobody said. Each looks at one short line. */
const footers: readonly RegExp[] = [
  /^[*_>\s#-]{0,6}(?:powered|exported|generated|created|made|downloaded|saved|converted|shared|printed) (?:by|with|from|via|on|using)\b/i,
  /^<a (?:name|id)="[^"<>]{0,100}">(?:<\/a>)?$/i,
  /^(?:<\/?br ?\/?>|<\/?(?:div|details|p|center)(?: [^<>]{0,100})?>)$/i,
  /^#{1,6} (?:request|turn|message|exchange|round) #?\d{1,6}\b[^\p{L}]{0,4}(?:\[[^\]]{0,60}\].{0,120})?$/iu,
  /^[*_>\s([]{0,8}(?:response time|elapsed|duration|latency|tokens?|token (?:usage|count)|usage|cost|input tokens|output tokens|total tokens|words?|characters?)[*_]{0,3} ?[:：=][*_]{0,3} ?[~$€]?\d.{0,160}$/i,
  /^[*_(\s]{0,6}\d[\d.,k]{0,12} tokens?\b.{0,60}$/i,
  /^(?:\[?\^?\]?(?:back to top|table of contents)\]?(?:\(#[^()]{0,60}\))?|↑ ?back to top)$/i,
  /^(?:chatgpt|claude|gemini|copilot|grok|deepseek|perplexity) (?:can|may) make mistakes\b.{0,120}$/i,
]

const separator =
  /^(?:-{3,100}|\*{3,100}|_{3,100}|={3,100}|[-*_](?: [-*_]){2,40}|<hr ?\/?>|⁂|<div[^<>]{0,80}>⁂<\/div>)$/

const openers: readonly RegExp[] = [
  /^(?:thought|reasoned|thinking|nachgedacht|nachdenken|réflexion|pensó|pensado|pensou|ha pensato)\b.{0,20}\b\d{1,4} ?(?:s|sec|seconds?|m|min|minutes?|sekunden?|secondes?|segundos?|secondi)\b.{0,20}$/i,
  /^(?:已思考|思考了?|思考時間:?) ?.{0,10}\d{1,4} ?(?:秒|分).{0,10}$/,
]

const longest = 300

function isSeparator(line: string): boolean {
  return line.length <= longest && separator.test(line.trim())
}

function isFooter(line: string): boolean {
  const text = line.trim()
  return text !== '' && text.length <= longest && footers.some((footer) => footer.test(text))
}

export type Said = { lines: string[]; createdAt: number | undefined }

/**
 * The lines of a conversation's messages without what the exporter wrote: separators where each message but the last
 * ends in one, what is known to stand at an end, times where most messages begin with one.
 */
export function withoutExporterLines(messages: readonly (readonly string[])[]): Said[] {
  const trimmed = messages.map((lines) => withoutEnds(lines))
  const isSeparated = trimmed
    .slice(0, -1)
    .every((lines) => lines.length === 0 || isSeparator(lines.at(-1) ?? '') || isSeparator(lines[0] ?? ''))
  const bare = isSeparated ? trimmed.map(withoutSeparators) : trimmed
  const times = bare.map((lines) => (lines.length > 1 ? timeIn(lines[0] ?? '') : undefined))
  const areDated = times.filter((time) => time !== undefined).length * 2 >= bare.length
  return bare.map((lines, index) => {
    const createdAt = areDated ? times[index] : undefined
    const rest = trimBlank(createdAt === undefined ? lines : lines.slice(1))
    return { lines: trimBlank(isOpener(rest[0] ?? '') ? rest.slice(1) : rest), createdAt }
  })
}

function isOpener(line: string): boolean {
  const text = line.trim()
  return text.length <= 80 && openers.some((opener) => opener.test(text))
}

/** A time alone on a line, also in italics, as a quote, or called one. */
export function timeIn(line: string): number | undefined {
  if (line.length > 100) return undefined
  const text = line.replace(/^[\s*_>([<`-]+/, '').replace(/[\s*_)\]>`]{1,20}$/, '')
  return readTime(
    text.replace(/^(?:time|date|timestamp|created|sent|created at)[*_]{0,2} ?[:：][*_\s]{0,4}/i, ''),
  )
}

function trimBlank(lines: readonly string[]): string[] {
  let start = 0
  let end = lines.length
  while (start < end && (lines[start] ?? '').trim() === '') start++
  while (end > start && (lines[end - 1] ?? '').trim() === '') end--
  return lines.slice(start, end)
}

/** Without footers, and a separator before one. */
function withoutEnds(lines: readonly string[]): string[] {
  let end = lines.length
  let isFooterGone = false
  for (; end > 0; end--) {
    const line = lines[end - 1] ?? ''
    if (line.trim() === '' || (isFooterGone && isSeparator(line))) continue
    if (!isFooter(line)) break
    isFooterGone = true
  }
  return trimBlank(lines.slice(0, end))
}

function withoutSeparators(lines: readonly string[]): string[] {
  let start = 0
  let end = lines.length
  while (end > start && (isSeparator(lines[end - 1] ?? '') || (lines[end - 1] ?? '').trim() === '')) end--
  while (start < end && (isSeparator(lines[start] ?? '') || (lines[start] ?? '').trim() === '')) start++
  return trimBlank(withoutEnds(lines.slice(start, end)))
}
