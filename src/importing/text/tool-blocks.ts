import { utf8Length } from './clean-text.ts'

/*
 * Three fenced blocks of a message have a meaning to the page, and are code blocks to every other reader of Markdown:
 *
 *   ```thinking            what the model thought before it spoke
 *   ```tool NAME           what was asked of a tool; NAME is the tool's own (`Bash`, `Edit`, `read_file`), without blanks
 *   ```result              what came back; `result error` where the tool failed
 *
 * The fence has as many backticks as it takes to hold the content. A result stands after its call where that is known.
 * The body of `tool NAME`:
 *
 *   a shell       the command alone
 *   an edit       the file's path, an empty line, then hunks of a unified diff without their file headers: lines that
 *                 begin with `@@`, ` `, `-` or `+`. `@@` lines have line numbers where the source knows them
 *   a new file    its path, an empty line, then the whole content
 *   reading,      the path, pattern or address on the first line, further parameters as `key: value` lines
 *   searching
 *   anything else `key: value` lines where all values are plain, else JSON
 *
 * A patch that changes several files becomes a block for each. What was too long has a line like
 * `[… 12,345 characters left out …]` where something is missing.
 */

/** A fenced block with an info string, whose fence is longer than any in the text. */
function block(info: string, text: string): string {
  let longest = 2
  for (const run of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run[0].length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${info}\n${text.replace(/\n$/, '')}\n${fence}`
}

export function thinkingBlock(text: string): string {
  return block('thinking', text.trim())
}

export function callBlock(name: string, body: string): string {
  const word = name.replace(/[\s`]+/g, '_').slice(0, 80)
  return block(`tool ${word === '' ? 'unnamed' : word}`, body)
}

export function resultBlock(text: string, isError = false): string {
  return block(isError ? 'result error' : 'result', cutMiddle(text))
}

/** Of a result, in UTF-16 units: about 20 kB, more than anybody reads through. */
const longestResult = 20_000

/** A text without its middle where it is longer than `longest`, cut between lines where there are any near. */
function cutMiddle(text: string, longest = longestResult): string {
  if (text.length <= longest) return text
  const room = Math.max(0, longest - 50)
  // How far from a cut a border between lines or words is looked for.
  const nearby = Math.min(400, Math.floor(room / 20))
  const headEnd = borderBefore(text, Math.floor(room * 0.6), nearby)
  const tailStart = borderAfter(text, text.length - Math.floor(room * 0.4), nearby)
  const note = `[… ${(tailStart - headEnd).toLocaleString('en-US')} characters left out …]`
  return [text.slice(0, headEnd), note, text.slice(tailStart)]
    .filter((part) => part !== '')
    .join('\n')
    .toWellFormed()
}

function borderBefore(text: string, at: number, nearby: number): number {
  const near = text.slice(Math.max(0, at - nearby), at)
  const border = Math.max(near.lastIndexOf('\n'), near.lastIndexOf(' '))
  return border === -1 ? at : at - near.length + border
}

function borderAfter(text: string, at: number, nearby: number): number {
  const border = text.slice(at, at + nearby).search(/[\n ]/)
  return border === -1 ? at : at + border + 1
}

type Found = { kind: string; start: number; end: number }

/**
 * A message cut down to `bytes` of UTF-8 by what its blocks hold: first results, then thoughts, then calls, each kind's
 * longest first. What was said stays; where that alone is too long, the answer is longer than asked for.
 */
export function fitBlocks(content: string, bytes: number): string {
  let fitted = content
  for (const kind of ['result', 'thinking', 'tool']) {
    const excess = utf8Length(fitted) - bytes
    if (excess <= 0) return fitted
    fitted = shortened(fitted, kind, excess)
  }
  return fitted
}

function shortened(content: string, kind: string, excess: number): string {
  const found = blocksOf(content).filter((one) => one.kind === kind)
  const bodies = found.map(({ start, end }) => content.slice(start, end))
  const cap = capFor(bodies.map(utf8Length), excess)
  const parts: string[] = []
  let from = 0
  for (const [index, { start, end }] of found.entries()) {
    const body = bodies[index] ?? ''
    const size = utf8Length(body)
    if (size <= cap + noteBytes) continue
    parts.push(content.slice(from, start), cutToBytes(body, size, cap))
    from = end
  }
  return parts.join('') + content.slice(from)
}

/** As many units as take `cap` bytes in the whole's proportion; where these take more, as many as always fit. */
function cutToBytes(body: string, size: number, cap: number): string {
  const cut = cutMiddle(body, Math.floor((cap / size) * body.length))
  return utf8Length(cut) <= cap + noteBytes ? cut : cutMiddle(body, Math.floor(cap / 3))
}

/** What the note of a cut takes. */
const noteBytes = 60

/** The largest length for each of the bodies with which they take `excess` bytes less, or 0. */
function capFor(lengths: readonly number[], excess: number): number {
  let low = 0
  let high = Math.max(0, ...lengths.slice(0, 100_000))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    let saved = 0
    for (const length of lengths) if (length > middle + noteBytes) saved += length - middle - noteBytes
    if (saved >= excess) low = middle
    else high = middle - 1
  }
  return low
}

/** Where the bodies of blocks with a meaning stand in a message. */
function blocksOf(content: string): Found[] {
  const found: Found[] = []
  const opening = /^(`{3,})([^`\n]*)$/gm
  for (let open = opening.exec(content); open !== null; open = opening.exec(content)) {
    const [line, fence = '', info = ''] = open
    const start = open.index + line.length + 1
    const end = closeOf(content, fence, start)
    // A fence that is never closed runs to the end, as in CommonMark.
    if (end === -1) break
    const kind = /^(?:thinking|tool|result)\b/.exec(info)?.[0]
    if (kind !== undefined && end > start) found.push({ kind, start, end: end - 1 })
    opening.lastIndex = end + fence.length
  }
  return found
}

/** Where the line with the closing fence begins, or -1. */
function closeOf(content: string, fence: string, from: number): number {
  for (let at = content.indexOf(fence, from); at !== -1; at = content.indexOf(fence, at + fence.length)) {
    const after = content[at + fence.length]
    if ((after === undefined || after === '\n') && content[at - 1] === '\n') return at
  }
  return -1
}
