import { holdBytes, type Piece, type Splitter } from './split-json.ts'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** What may come next in an element, as JSON's grammar has it. Literals are left to the parser. */
type Expected = 'value' | 'key' | 'colon' | 'next'

const longestFirstKey = 60
const mostFirstKeys = 8
const keptOfBroken = 64 * 1024

/**
 * Splits a JSON array into its elements without parsing them: a file of hundreds of megabytes is read one
 * conversation at a time. Whether an element is JSON shows when it is parsed, but where its strings and brackets can't
 * be right (a quote or a bracket too many or too few would take all that follows with it), it is given as `broken`, and
 * reading goes on at the next object that begins with the same key as one before. That may lie inside the broken element;
 * whether it is a conversation is for the reader to see.
 *
 * @param start where in the file the first byte stands
 * @param isWrapped the array is a field of an object, whose other fields may follow
 */
export function splitArray(longest: number, start = 0, isWrapped = false): Splitter {
  const held = holdBytes(longest)
  const firstKeys = new Set<string>()
  /** The open brackets of the element at hand, true for an object's. */
  const open: boolean[] = []
  let place: 'before' | 'between' | 'inside' | 'searching' | 'after' = 'before'
  let expected: Expected = 'value'
  let inString = false
  let escaped = false
  let inLiteral = false
  /** Something was broken before: a bracket that closes the array may be one of an element. */
  let isUnsure = false
  let offset = start
  let elementAt = 0
  /** Where in the chunk the part of the element begins that isn't held yet. */
  let from = 0
  let pieces: Piece[] = []
  /** What was found of `{"key"` while searching. */
  let found: number[] = []

  function push(chunk: Uint8Array): Piece[] {
    pieces = []
    from = 0
    for (let i = 0; i < chunk.length; i++) {
      if (inString) {
        i = skipString(chunk, i)
        continue
      }
      const byte = chunk[i] ?? 0
      if (place === 'searching') {
        search(byte, i)
        continue
      }
      if (inLiteral) {
        if (isLiteral(byte)) continue
        inLiteral = false
      }
      if (byte <= 0x20) continue
      if (place === 'before') {
        if (byte === openBracket) place = 'between'
      } else if (place === 'after') {
        if (isWrapped) break
        afterAll(byte, i)
      } else if (place === 'between') between(chunk, byte, i)
      else inside(chunk, byte, i)
    }
    if (place === 'inside') held.add(chunk.subarray(from))
    offset += chunk.length
    return pieces
  }

  /** Goes to the string's end, or the chunk's. */
  function skipString(chunk: Uint8Array, start: number): number {
    let i = start
    if (escaped) {
      escaped = false
      return i
    }
    while (i < chunk.length && chunk[i] !== quote && chunk[i] !== backslash) i++
    if (chunk[i] === backslash) escaped = true
    else if (chunk[i] === quote) inString = false
    return i
  }

  function between(chunk: Uint8Array, byte: number, i: number): void {
    if (byte === comma) return
    if (byte === closeBracket) {
      if (isUnsure) startSearch()
      else place = 'after'
      return
    }
    place = 'inside'
    expected = 'value'
    elementAt = offset + i
    from = i
    inside(chunk, byte, i)
  }

  function inside(chunk: Uint8Array, byte: number, i: number): void {
    if (open.length === 0 && expected === 'next') {
      endElement(chunk, byte, i)
      return
    }
    const inObject = open.at(-1) === true
    if (byte === quote && (expected === 'value' || expected === 'key')) {
      inString = true
      expected = expected === 'key' ? 'colon' : 'next'
    } else if (byte === colon && expected === 'colon') expected = 'value'
    else if (byte === comma && expected === 'next') expected = inObject ? 'key' : 'value'
    else if ((byte === openBrace || byte === openBracket) && expected === 'value') {
      open.push(byte === openBrace)
      expected = byte === openBrace ? 'key' : 'value'
    } else if (byte === closeBrace && inObject && (expected === 'next' || expected === 'key')) close()
    else if (byte === closeBracket && !inObject && open.length > 0 && expected !== 'colon') close()
    else if (expected === 'value' && isLiteral(byte)) {
      inLiteral = true
      expected = 'next'
    } else breakOff(chunk, i)
  }

  function close(): void {
    open.pop()
    expected = 'next'
  }

  function endElement(chunk: Uint8Array, byte: number, i: number): void {
    const isEnd = byte === comma || byte === closeBracket
    // A comma is missing, or is one between files that were put together.
    const isNext = byte === openBrace || byte === openBracket
    if (!isEnd && !isNext) {
      breakOff(chunk, i)
      return
    }
    held.add(chunk.subarray(from, i))
    const piece = held.take(elementAt)
    noteFirstKey(piece.bytes)
    pieces.push(piece)
    place = 'between'
    between(chunk, byte, i)
  }

  function afterAll(byte: number, i: number): void {
    if (byte === openBracket) {
      place = 'between'
      return
    }
    pieces.push({ bytes: new Uint8Array(), length: 0, at: offset + i, state: 'broken' })
    startSearch()
    search(byte, i)
  }

  function breakOff(chunk: Uint8Array, i: number): void {
    held.add(chunk.subarray(from, i + 1))
    const piece = held.take(elementAt)
    noteFirstKey(piece.bytes)
    pieces.push({ ...piece, bytes: piece.bytes.slice(0, keptOfBroken), state: 'broken' })
    startSearch()
    search(chunk[i] ?? 0, i)
  }

  function noteFirstKey(bytes: Uint8Array): void {
    if (firstKeys.size >= mostFirstKeys) return
    const beginning = Buffer.from(bytes.subarray(0, 2 * longestFirstKey)).toString('latin1')
    const key = /^\{\s*"([^"\\]{1,60})"/.exec(beginning)?.[1]
    if (key !== undefined) firstKeys.add(key)
  }

  function startSearch(): void {
    place = 'searching'
    isUnsure = true
    open.length = 0
    found = []
  }

  /** Looks for `{"key"` with a key that an element began with, and begins an element there. */
  function search(byte: number, i: number): void {
    if (byte === openBrace) {
      found = [byte]
      return
    }
    if (found.length === 0) return
    found.push(byte)
    const text = Buffer.from(found).toString('latin1')
    const [, key, end] = /^\{\s*(?:"([^"\\]*)("?))?$/.exec(text) ?? []
    if (found.length > 2 * longestFirstKey || (byte > 0x20 && key === undefined)) found = []
    if (end !== '"' || key === undefined) return
    if (!firstKeys.has(key)) {
      found = []
      return
    }
    elementAt = offset + i + 1 - found.length
    // What lies in this chunk isn't copied: a piece before it may still be in the buffer.
    from = Math.max(0, i + 1 - found.length)
    if (found.length > i + 1) held.add(Uint8Array.from(found.slice(0, -i - 1)))
    found = []
    open.push(true)
    place = 'inside'
    expected = 'colon'
  }

  function end(): Piece[] {
    pieces = []
    if (place === 'inside') {
      const isDone = open.length === 0 && expected === 'next' && !inString
      pieces.push(held.take(elementAt, isDone ? 'whole' : 'cut off'))
    }
    return pieces
  }

  return { push, end }
}

function isLiteral(byte: number): boolean {
  // Letters, digits, + - . and whatever is no sign of JSON's: the parser will say what is wrong with it.
  return (
    byte > 0x20 &&
    byte !== comma &&
    byte !== colon &&
    byte !== quote &&
    byte !== openBracket &&
    byte !== closeBracket &&
    byte !== openBrace &&
    byte !== closeBrace
  )
}
