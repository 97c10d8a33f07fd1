const REDACTED = '[redacted]'

/**
 * Replaces every place where one of the texts stands. Places that overlap or touch become one, so that no end of a text is left
 * over where two of them share letters.
 *
 * @param texts none of them empty
 */
export function redact(content: string, texts: readonly string[]): string {
  const places = texts.flatMap((text) => placesOf(content, text)).toSorted(([a], [b]) => a - b)
  let redacted = ''
  let end = 0
  for (const [start, stop] of places) {
    if (start > end || (start === 0 && end === 0)) redacted += content.slice(end, start) + REDACTED
    end = Math.max(end, stop)
  }
  return redacted + content.slice(end)
}

function placesOf(content: string, text: string): [start: number, end: number][] {
  const places: [number, number][] = []
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + 1)) {
    const last = places.at(-1)
    // Of many on end, only where they begin and end counts.
    if (last && at <= last[1]) last[1] = at + text.length
    else places.push([at, at + text.length])
  }
  return places
}
