/** A name on one line, without control characters, at most `limit` UTF-16 units; a longer one ends in "…". */
export function cleanName(text: string, limit: number): string {
  // A title may be megabytes of blanks: look only at as much as could be kept.
  const line = text
    .slice(0, limit * 20)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
  return line.length <= limit ? line : `${cutAt(line, limit - 1).trimEnd()}…`
}

/** The first `length` UTF-16 units, one fewer where that would halve a character. */
export function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}

/** How many bytes of UTF-8 a well-formed text takes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** The longest beginning of a text that takes at most `bytes` of UTF-8. */
export function cutAtBytes(text: string, bytes: number): string {
  let low = 0
  let high = Math.min(text.length, bytes)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (utf8Length(text.slice(0, middle)) <= bytes) low = middle
    else high = middle - 1
  }
  return cutAt(text, low)
}
