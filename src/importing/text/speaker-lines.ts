import { readTime } from './read-time.ts'
import { plainName, roleOfName, type Speaker } from './speaker-names.ts'

/**
 * A line that may announce who speaks next: its `mark` tells the kind of line, as those of one file look alike, `role` who
 * it is where the name is known, and `rest` what was said on the same line.
 */
export type SpeakerLine = {
  mark: string
  /** As it is compared. */
  name: string
  /** As it stands there. */
  shown: string
  role: Speaker | undefined
  rest: string
  /** What stands beside the name. */
  createdAt?: number
  model?: string
}

/** The mark of lines like "User: Hello", which may as well be ordinary text. */
export const plainMark = ':'

/** Longer lines announce nobody. Also the bound on what the expressions here look at. */
const longestLine = 120
const longestPlainName = 40

/** What a line announces, in one of the forms that exporters and pages have; see {@link SpeakerLine}. */
export function speakerLineOf(line: string): SpeakerLine | undefined {
  return ofHeading(line) ?? ofBold(line) ?? ofBracket(line) ?? ofPlain(line)
}

function ofHeading(line: string): SpeakerLine | undefined {
  if (!line.startsWith('#') || line.length > longestLine) return undefined
  const mark = /^#{1,6}(?=[ \t])/.exec(line)?.[0]
  if (mark === undefined) return undefined
  const title = line.slice(mark.length).trim()
  // On ChatGPT's page the two have headings of different levels.
  const isSaid = plainName(title).isSaid && /[:：]$/.test(title)
  return announced(isSaid ? 'said' : mark, title, '')
}

/** `**User**` alone on its line, or `**User:** Hello`; also with a picture before it, or in a list. */
function ofBold(line: string): SpeakerLine | undefined {
  const head = line.slice(0, longestLine)
  const start = /^(?:[-*] |[^\p{L}\p{N}\s*_#>|`[(]{1,8} ?)?(_?\*\*|__|<b>|<strong>)(?=[^\s*_])/u.exec(head)
  if (start === null) return undefined
  const [before, mark = ''] = start
  const close = mark.startsWith('<') ? `</${mark.slice(1)}` : mark.startsWith('_*') ? '**_' : mark
  const end = head.indexOf(close, before.length)
  if (end === -1) return undefined
  const name = head.slice(before.length, end)
  if (/[*_]{2}|[<>]/.test(name)) return undefined
  const after = line.slice(end + close.length)
  const said = /^[ \t]{0,4}[:：]/.exec(after)
  const rest = after.slice(said?.[0].length ?? 0).trim()
  const isAlone = rest === ''
  // What stands in brackets behind the name belongs to it: "**ChatGPT** (9:00):".
  const bracket =
    isAlone || said !== null
      ? undefined
      : /^ {0,2}(\([^()]{1,60}\)|[-–—·|] {0,2}[\d:./, apm-]{4,40}):?$/i.exec(after)
  if (bracket !== undefined && bracket !== null) return announced(mark, `${name} ${bracket[1] ?? ''}`, '')
  if (!isAlone && said === null && !/[:：]\s?$/.test(name)) return undefined
  return announced(mark, name, rest)
}

/** `[User]: Hello` and `[ChatGPT]`. */
function ofBracket(line: string): SpeakerLine | undefined {
  const found = /^\[([^[\]]{1,40})\](?:$|[:：]|[ \t]+(?=\S))/.exec(line.slice(0, longestLine))
  if (found === null) return undefined
  const [whole, name = ''] = found
  const rest = line.slice(whole.length).trim()
  const isClock = /^\d{1,2}:\d\d/.test(name)
  if (readTime(name) === undefined && !isClock) {
    const isAnnouncing = whole.endsWith(':') || whole.endsWith('：') || rest === ''
    return isAnnouncing ? announced('[', name, rest) : undefined
  }
  // "[2026-03-02 09:00] User: Hello"
  const inner = ofPlain(rest) ?? ofBold(rest)
  const createdAt = readTime(name)
  return inner && { ...(createdAt === undefined ? {} : { createdAt }), ...inner, mark: `[${inner.mark}` }
}

/** "You said:" as pages say it to those who listen, and "User: Hello". */
function ofPlain(line: string): SpeakerLine | undefined {
  const head = line.slice(0, longestPlainName + 20)
  const colon = head.search(/[:：](?:\s|$|(?<=：))/)
  if (colon < 1) return ofSaid(line)
  const name = head.slice(0, colon)
  const rest = line.slice(colon + 1).trim()
  const letters = /^[^\p{L}\p{N}\s*_#>|`[(<-]{0,8} ?\p{L}/u.test(name)
  if (!letters || name.length > longestPlainName || /[.!?,;]\s|[*`|<>"=]/.test(name)) return undefined
  const { isSaid } = plainName(name)
  if (isSaid && rest !== '') return undefined
  return announced(isSaid ? 'said' : plainMark, name, rest)
}

/** "You said" alone on its line, as pages have it without a colon. */
function ofSaid(line: string): SpeakerLine | undefined {
  if (line.length < 4 || line.length > longestPlainName || !/^\p{L}[^.!?,;|]*$/u.test(line)) return undefined
  const found = plainName(line).isSaid ? announced('said', line.trim(), '') : undefined
  return found?.role === 'user' || found?.role === 'assistant' ? found : undefined
}

function announced(mark: string, shown: string, rest: string): SpeakerLine | undefined {
  const { name } = plainName(shown)
  if (!/[\p{L}\p{N}]/u.test(name)) return undefined
  return {
    mark,
    name,
    shown: shown.replace(/[:：*_\s]{1,6}$/, '').replace(/^[*_\s]{1,6}/, ''),
    role: roleOfName(shown),
    rest,
    ...besides(shown),
  }
}

/** What stands in brackets beside a name: when it was said, and by which model. */
function besides(shown: string): Pick<SpeakerLine, 'createdAt' | 'model'> {
  const inside = /\(([^()]{3,80})\)/.exec(shown)?.[1]
  const loose = /[-–—·|,] {0,3}(\d[\d:./, apmAPMTZ-]{5,40})$/.exec(shown)?.[1]
  if (inside === undefined && loose === undefined) return {}
  const time = readTime(loose ?? inside ?? '')
  if (time !== undefined) return { createdAt: time }
  const words = (inside ?? '').split(/\s+/)
  for (let at = 0; at < words.length; at++) {
    const createdAt = readTime(words.slice(at).join(' '))
    if (createdAt !== undefined) return { createdAt, ...modelIn(words.slice(0, at).join(' ')) }
  }
  return modelIn(inside ?? '')
}

function modelIn(text: string): Pick<SpeakerLine, 'model'> {
  return /^[\w.:/-]{2,60}$/.test(text) && /\d/.test(text) ? { model: text } : {}
}
