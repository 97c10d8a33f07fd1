/** A part of some bytes. */
export interface ByteRange {
  readonly start: number
  /** behind the last one */
  readonly end: number
}

/**
 * The part that a `Range` header asks for (RFC 9110 section 14). Several parts at once, and what isn't understood, get all
 * of it, as servers may answer.
 *
 * @returns `none` when nothing lies there
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return 'all'
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return 'all'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'none' : { start: size - length, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'all'
  if (start >= size) return 'none'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
