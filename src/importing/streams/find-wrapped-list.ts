/** A list in an object: where its bracket stands among the bytes so far, and where its first element lies. */
export type WrappedList = { at: number; first: { start: number; end: number } }

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const longestKey = 40

/**
 * Watches the bytes of an object go by for lists that one of these fields holds, and tells each as soon as its first
 * element is there: `{ "conversations": [ {…}`. So a list of any length needn't be held to be recognised.
 */
export function findWrappedLists(fields: readonly string[]): (chunk: Uint8Array) => WrappedList[] {
  let depth = 0
  let inString = false
  let escaped = false
  let offset = 0
  /** What was read of the latest string of the object itself, where that may be a field's name. */
  let name: number[] | undefined
  let isFieldNext = false
  let list: { at: number; start: number } | undefined

  return (chunk) => {
    const lists: WrappedList[] = []
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
        else if (depth === 1 && name !== undefined && name.length < longestKey) name.push(byte)
      } else if (byte === quote) {
        inString = true
        if (depth === 1) name = []
      } else if (byte === colon && depth === 1) {
        isFieldNext = fields.includes(Buffer.from(name ?? []).toString('latin1'))
      } else if (byte === openBrace || byte === openBracket) {
        depth++
        if (depth === 2 && byte === openBracket && isFieldNext) list = { at: offset + i, start: -1 }
        else if (depth === 3 && list !== undefined) list.start = offset + i
        if (depth > 1) isFieldNext = false
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--
        if (depth === 2 && list !== undefined && list.start >= 0) {
          lists.push({ at: list.at, first: { start: list.start, end: offset + i + 1 } })
          list = undefined
        } else if (depth < 2) list = undefined
      } else if (byte === comma && depth < 3) {
        isFieldNext = false
        if (depth === 2) list = undefined
      }
    }
    offset += chunk.length
    return lists
  }
}
