/** A stretch of a file that holds one JSON value, or the beginning of one that is too long to hold in memory. */
export type Piece = {
  bytes: Uint8Array
  /** How long the value is; more than `bytes` where it was too long to keep. */
  length: number
  /** Where it begins in the file. */
  at: number
  state: 'whole' | 'too long' | 'cut off' | 'broken'
}

/** Cuts a stream of UTF-8 into pieces, holding no more than the piece at hand. */
export type Splitter = { push: (chunk: Uint8Array) => Piece[]; end: () => Piece[] }

const keptOfTooLong = 64 * 1024

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const newline = 0x0a
const openBracket = 0x5b
const openBrace = 0x7b

/**
 * How many values a piece of JSON holds at most, by its brackets and commas. Megabytes of `[[],[],…` would take
 * gigabytes once parsed, so this is asked before.
 */
export function countValues(bytes: Uint8Array): number {
  let count = 1
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === backslash) i++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === comma || byte === openBrace || byte === openBracket) count++
  }
  return count
}

/** Splits into lines, without the empty ones. */
export function splitLines(longest: number): Splitter {
  const held = holdBytes(longest)
  return {
    push: (chunk) => {
      const pieces: Piece[] = []
      let start = 0
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        held.add(chunk.subarray(start, end))
        if (!held.isBlank()) pieces.push(held.take(0))
        start = end + 1
      }
      held.add(chunk.subarray(start))
      return pieces
    },
    end: () => (held.isBlank() ? [] : [held.take(0)]),
  }
}

/** Does not split: the whole is one piece. */
export function keepWhole(longest: number): Splitter {
  const held = holdBytes(longest)
  return {
    push: (chunk) => {
      held.add(chunk)
      return []
    },
    end: () => (held.isBlank() ? [] : [held.take(0)]),
  }
}

type Holder = {
  add: (bytes: Uint8Array) => void
  /** @param at where in the file it began */
  take: (at: number, state?: Piece['state']) => Piece
  /** What is held, without taking it. */
  look: () => Uint8Array
  isBlank: () => boolean
}

const usualLength = 256 * 1024
/** A buffer is kept for the next piece unless one enormous piece made it grow. */
const bufferWorthKeeping = 16 * 1024 * 1024

/**
 * Gathers a piece over several chunks, and drops all but its beginning where it gets too long. A piece that lies in
 * one chunk is not copied; others share one buffer, which saves the garbage collector hundreds of megabytes on a
 * large file. So a piece has to be read before the next chunk is pushed.
 */
export function holdBytes(longest: number): Holder {
  let only: Uint8Array | undefined
  let buffer = new Uint8Array(usualLength)
  let filled = 0
  let length = 0
  let isTooLong = false

  function add(bytes: Uint8Array): void {
    if (bytes.length === 0 || isTooLong) {
      length += bytes.length
      return
    }
    length += bytes.length
    if (length === bytes.length && length <= longest) {
      only = bytes
      return
    }
    if (only !== undefined) append(only)
    only = undefined
    append(length <= longest ? bytes : bytes.subarray(0, keptOfTooLong))
    if (length <= longest) return
    isTooLong = true
    filled = Math.min(filled, keptOfTooLong)
    buffer = buffer.slice(0, filled)
  }

  function append(bytes: Uint8Array): void {
    if (filled + bytes.length > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, filled + bytes.length))
      larger.set(buffer.subarray(0, filled))
      buffer = larger
    }
    buffer.set(bytes, filled)
    filled += bytes.length
  }

  function look(): Uint8Array {
    return only ?? buffer.subarray(0, filled)
  }

  function take(at: number, state: Piece['state'] = 'whole'): Piece {
    const bytes = look()
    const piece: Piece = { bytes, length, at, state: isTooLong ? 'too long' : state }
    if (isTooLong || buffer.length > bufferWorthKeeping) buffer = new Uint8Array(usualLength)
    only = undefined
    filled = 0
    length = 0
    isTooLong = false
    return piece
  }

  return {
    add,
    take,
    look,
    isBlank: () => look().every((byte) => byte <= 0x20),
  }
}
