import type { Role } from './chat.ts'

/**
 * The headings that part a chat's Markdown into messages, and how a message may contain them itself.
 *
 * A line that is `## User` or `## Assistant` and nothing else (spaces at its end don't count) begins a message. Where a
 * message itself has a line that any reader of CommonMark shows as such a heading, it is written with a backslash
 * before its mark: `\## User`, which Markdown shows as the plain text "## User". That is so for every spelling: indented,
 * closed by `##`, underlined by `---` (then the underline gets the backslash), with emphasis, tags, links or entities in
 * it, in whatever case, and where lines end in a carriage return. A line that already has backslashes there gets one
 * more, so that reading takes away exactly what writing added. No other line is touched.
 */
export const headingOf: Record<Role, string> = { user: '## User', assistant: '## Assistant' }

const roleHeading = /^## (User|Assistant)[ \t\r]*$/

/** The role whose message this line begins, or undefined where it is an ordinary line. */
export function roleOfHeading(line: string): Role | undefined {
  const name = roleHeading.exec(line)?.[1]
  return name === undefined ? undefined : name === 'User' ? 'user' : 'assistant'
}

/** A message's text so that none of its lines is taken for the beginning of another message. */
export function escapeRoleHeadings(content: string): string {
  return changeHeadings(content, (slashes) => `\\${slashes}`)
}

/** A message's text as it was before {@link escapeRoleHeadings}. */
export function unescapeRoleHeadings(content: string): string {
  return changeHeadings(content, (slashes) => slashes.slice(1))
}

// A whole line that is a heading of the second level or may underline one. CommonMark ends lines with \n, \r\n and \r.
const candidate = /(?<![^\n\r])( {0,3})(\\*)(##[ \t][^\n\r]*|-+[ \t]*)(?![^\n\r])/g

/** Candidates of one message that are looked at closely; what comes after counts as a heading. */
const MOST_CLOSE_LOOKS = 2000

/** A line of dashes that may underline a heading. */
interface Underline {
  readonly end: number
  readonly isOfHeading: boolean
}

/**
 * Changes the backslashes before the marks of lines that readers take for a role's heading, and of the underlines that
 * make one. Which lines these are doesn't depend on the backslashes: so the one change is the other's reverse.
 */
function changeHeadings(content: string, change: (slashes: string) => string): string {
  const looks = { left: MOST_CLOSE_LOOKS }
  let last: Underline | undefined
  return content.replace(candidate, (line, indent: string, slashes: string, mark: string, at: number) => {
    let isOfHeading
    if (mark.startsWith('#')) isOfHeading = mayShowRole(mark, looks)
    else {
      isOfHeading = isUnderRole(content, at, last, looks)
      last = { end: at + line.length, isOfHeading }
    }
    return isOfHeading ? `${indent}${change(slashes)}${mark}` : line
  })
}

/** Where the line before the one at an index ends; 0 where there is none. */
function endOfLineAbove(content: string, at: number): number {
  return content[at - 1] === '\n' && content[at - 2] === '\r' ? at - 2 : Math.max(0, at - 1)
}

const ROLE_NAMES = ['user', 'assistant'] as const

/** Where text begins and ends that Markdown may not show: tags, the targets of links, entities. */
const HIDDEN: readonly (readonly [string, string])[] = [
  ['<', '>'],
  ['](', ')'],
  ['][', ']'],
  [']:', ''],
]

/**
 * Whether all that a reader sees of the text may be a role's name. Parsing it exactly would take a whole Markdown reader;
 * this asks less: what is seen for sure has no letter besides the name's, and all that stands there has all of them.
 */
function mayShowRole(text: string, looks: { left: number }): boolean {
  if (!/[<\]&]/.test(text)) return ROLE_NAMES.some((name) => lettersOf(text) === name)
  if (looks.left-- <= 0) return true
  const all = lettersOf(text.replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, characterOf))
  const seen = lettersOf(withoutHidden(text))
  return ROLE_NAMES.some((name) => isWithin(seen, name) && isWithin(name, all))
}

function withoutHidden(text: string): string {
  let seen = text
  for (const [begin, end] of HIDDEN) {
    const from = seen.indexOf(begin)
    const to = end === '' ? seen.length : seen.lastIndexOf(end)
    if (from !== -1 && to > from) seen = seen.slice(0, from) + seen.slice(to)
  }
  return seen.replace(/&#?\w{1,40};/g, '')
}

function characterOf(_entity: string, hex: string | undefined, decimal: string | undefined): string {
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : ''
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
}

/** Whether the letters stand in the text in their order, with whatever between them. */
function isWithin(letters: string, text: string): boolean {
  let at = 0
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

const MOST_LINES = 8
const MOST_CHARACTERS = 300

/**
 * Whether an underline makes a role's heading of the lines above it. They are looked at from the last one up, as others
 * before them may be blocks of their own; where there are more than a heading has, and something may be hidden in
 * them, the answer is yes.
 *
 * @param at where the underline begins
 * @param last the underline before it: where that one ended its text, this one can't belong to it
 */
function isUnderRole(
  content: string,
  at: number,
  last: Underline | undefined,
  looks: { left: number },
): boolean {
  let text = ''
  let start = at
  for (let count = 0; count < MOST_LINES; count++) {
    if (start === 0) return false
    const below = endOfLineAbove(content, start)
    if (below === last?.end) return last.isOfHeading
    start = startOfLine(content, below)
    const [slashed = ''] = /^ {0,3}\\*/.exec(content.slice(start, below)) ?? []
    const line = content.slice(start + slashed.length, below)
    if (/^[ \t]*$/.test(line) && !slashed.includes('\\')) return false
    text = `${line}\n${text}`
    if (text.length > MOST_CHARACTERS) break
    if (mayShowRole(text, looks)) return true
  }
  return /[>)\];]/.test(text)
}

function startOfLine(content: string, end: number): number {
  let start = end
  while (start > 0 && content[start - 1] !== '\n' && content[start - 1] !== '\r') start -= 1
  return start
}
