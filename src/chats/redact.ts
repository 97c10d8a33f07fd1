const REDACTED = '[redacted]'

/** What readers don't see of a text: Markdown's backslashes, and characters without width. */
const UNSEEN = /\\(?=[!-/:-@[-`{-~])|[\u00AD\u200B-\u200D\u2060\uFEFF]/gu
/** That, or a character with its accents, which Unicode writes as one or as several. */
const WRITTEN_OTHERWISE = new RegExp(String.raw`${UNSEEN.source}|[^\0-\x7F]\p{M}*|[\0-\x7F]\p{M}+`, 'gu')

/**
 * Replaces every place where one of the texts stands, also where it looks the same and is written otherwise. Places that overlap or
 * touch become one, so that no end of a text is left over where two of them share letters.
 *
 * @param texts none of them empty
 */
export function redact(content: string, texts: readonly string[]): string {
  const places = [...texts.flatMap((text) => placesOf(content, text)), ...placesOfLooks(content, texts)]
  let redacted = ''
  let end = 0
  for (const [start, stop] of places.toSorted(([a], [b]) => a - b)) {
    if (start > end || (start === 0 && end === 0)) redacted += content.slice(end, start) + REDACTED
    end = Math.max(end, stop)
  }
  return redacted + content.slice(end)
}

type Place = [start: number, end: number]

function placesOf(content: string, text: string, isWhole?: (end: number) => boolean): Place[] {
  const places: Place[] = []
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + 1)) {
    const end = at + text.length
    if (isWhole?.(end) === false) continue
    const last = places.at(-1)
    // Of many on end, only where they begin and end counts.
    if (last && at <= last[1]) last[1] = end
    else places.push([at, end])
  }
  return places
}

/** Where a text is seen: pasted from a page, it has no backslashes, and its accents are as the system writes them. */
function placesOfLooks(content: string, texts: readonly string[]): Place[] {
  const looks = texts.map(lookOf).filter((look) => look !== '')
  const whole = lookOf(content)
  if (!looks.some((look) => whole.includes(look))) return []
  const { look, starts, ends } = lookWithPlaces(content)
  // An e isn't the beginning of an é.
  const isWhole = (end: number): boolean => !/^\p{M}/u.test(look.slice(end, end + 2))
  return looks
    .flatMap((text) => placesOf(look, text, isWhole))
    .map(([start, end]) => [starts[start] ?? 0, ends[end - 1] ?? content.length])
}

function lookOf(text: string): string {
  return text.replace(UNSEEN, '').normalize('NFD')
}

/** What is seen, and where each of its UTF-16 units begins and ends in what was written. */
function lookWithPlaces(content: string): { look: string; starts: number[]; ends: number[] } {
  const starts: number[] = []
  const ends: number[] = []
  let look = ''
  let from = 0
  const takeAsItIs = (to: number): void => {
    look += content.slice(from, to)
    for (let at = from; at < to; at++) {
      starts.push(at)
      ends.push(at + 1)
    }
  }
  for (const { 0: written, index } of content.matchAll(WRITTEN_OTHERWISE)) {
    takeAsItIs(index)
    from = index + written.length
    const seen = lookOf(written === '\\' ? '' : written)
    look += seen
    for (const _ of seen.split('')) {
      starts.push(index)
      ends.push(from)
    }
  }
  takeAsItIs(content.length)
  return { look, starts, ends }
}
