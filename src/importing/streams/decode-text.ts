import { isUtf8 } from 'node:buffer'

/**
 * A function that turns the chunks of a file into UTF-8, by the file's first bytes: without a byte order mark, from
 * UTF-16 with or without one. Anything else passes as it is. The last call gives no chunk.
 */
export function transcoderFor(head: Uint8Array): (chunk?: Uint8Array) => Uint8Array {
  const encoding = utf16Of(head)
  if (encoding !== undefined) {
    const decoder = new TextDecoder(encoding)
    const encoder = new TextEncoder()
    return (chunk) =>
      encoder.encode(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }))
  }
  let toSkip = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  return (chunk = new Uint8Array()) => {
    const rest = chunk.subarray(toSkip)
    toSkip -= Math.min(toSkip, chunk.length)
    return rest
  }
}

/** The byte order mark says it; without one, a first character of ASCII does. */
function utf16Of(head: Uint8Array): string | undefined {
  const [first = 0, second = 0] = head
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (head.length < 2) return undefined
  if (first !== 0 && first < 0x80 && second === 0) return 'utf-16le'
  if (first === 0 && second !== 0 && second < 0x80) return 'utf-16be'
  return undefined
}

/** Bytes as text: UTF-8, or Windows' Latin-1 where they are no valid UTF-8. */
export function textOfBytes(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) return new TextDecoder('windows-1252').decode(bytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
