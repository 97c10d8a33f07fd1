import { markPlaces } from './mark-places.ts'

const REDACTED = '[redacted]'

/** What readers don't see of a text: Markdown's backslashes, and characters without width. */
const UNSEEN = /\\(?=[!-/:-@[-`{-~])|[\u00AD\u200B-\u200D\u2060\uFEFF]/gu
/** That, or a character with its accents, which Unicode writes as one or as several. */
const WRITTEN_OTHERWISE = new RegExp(String.raw`${UNSEEN.source}|[^\0-\x7F]\p{M}*|[\0-\x7F]\p{M}+`, 'gu')

const FIRST_MARK = 0x300
/** So many texts in one of this length take tens of milliseconds. */
const LONG = 64 * 1024

/**
 * Replaces every place where one of the texts stands, also where it looks the same and is written otherwise. Places that overlap or
 * touch become one, so that no end of a text is left over where two of them share letters.
 *
 * @param texts none of them empty
 */
export function redact(content: string, texts: readonly string[]): string {
  const redacting = redactInSteps(content, texts)
  for (;;) {
    const { done, value } = redacting.next()
    if (done === true) return value
  }
}

/** The same, with pauses in which others may have their turn where it takes long. */
export function* redactInSteps(content: string, texts: readonly string[]): Generator<undefined, string> {
  const hidden = new Uint8Array(content.length)
  const look = lookOf(content)
  const seen = new Uint8Array(look.length)
  let isSeen = false
  for (const text of texts) {
    if (content.length > LONG) yield
    markPlaces(content, text, hidden)
    const ofText = lookOf(text)
    if (ofText === '' || (ofText === text && look === content)) continue
    if (markPlaces(look, ofText, seen, (end) => isCharacterEnd(look, end))) isSeen = true
  }
  if (isSeen) hideSeen(content, seen, hidden)
  return withoutHidden(content, hidden)
}

function withoutHidden(content: string, hidden: Uint8Array): string {
  let redacted = ''
  let from = 0
  for (let start = hidden.indexOf(1); start !== -1; start = hidden.indexOf(1, from)) {
    redacted += content.slice(from, start) + REDACTED
    const end = hidden.indexOf(0, start)
    from = end === -1 ? content.length : end
  }
  return redacted + content.slice(from)
}

function lookOf(text: string): string {
  return text.replace(UNSEEN, '').normalize('NFD')
}

/** Hides what was written where something is seen that is to be hidden, and what isn't seen in between. */
function hideSeen(content: string, seen: Uint8Array, hidden: Uint8Array): void {
  let at = 0
  let from = 0
  const takeAsItIs = (to: number): void => {
    for (; from < to; from++) if (seen[at++] === 1) hidden[from] = 1
  }
  for (const { 0: written, index } of content.matchAll(WRITTEN_OTHERWISE)) {
    takeAsItIs(index)
    const units = written === '\\' ? 0 : lookOf(written).length
    const end = index + written.length
    const isHidden =
      units === 0 ? seen[at - 1] === 1 && seen[at] === 1 : seen.subarray(at, at + units).includes(1)
    if (isHidden) hidden.fill(1, index, end)
    at += units
    from = end
  }
  takeAsItIs(content.length)
}

/** Whether a character ends there: an e isn't the beginning of an é. */
function isCharacterEnd(text: string, end: number): boolean {
  // Asked often: ordinary letters are told apart without an expression.
  return end === text.length || text.charCodeAt(end) < FIRST_MARK || !/^\p{M}/u.test(text.slice(end, end + 2))
}
