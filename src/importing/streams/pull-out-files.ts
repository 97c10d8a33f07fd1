import { pictureKindOf } from '../../pictures/picture-kind.ts'

/** Cuts bytes as they arrive; what comes out has short references where files were. */
export type FilePuller = { push: (chunk: Uint8Array) => Uint8Array[]; end: () => Uint8Array[] }

/** @returns the id of a file's bytes */
export type KeepFile = (bytes: Uint8Array, mediaType: string | undefined) => string

/** What stands before bytes in base64 in a data URI, of the types that are files. */
const dataUri =
  /(?:(?<!\\)"|\]\()data:(image\/(?:png|jpe?g|webp|gif|avif|svg\+xml)|application\/(?:pdf|octet-stream))(?:;[\w=.-]{1,60})?;base64,$/
const longestPrefix = 128
/** A picture that Markdown only speaks of. */
const inCode = /`!?\[[^\]`\n]{0,100}\]\(data:[^`]{0,100}$/
/** How base64 ends where a program escapes what has a meaning in HTML, as Google's do, and how that begins. */
const escapedEnd = /^(?:\\u003[dD]){1,2}/
const longestEscapedEnd = 12
const mayBeEscapedEnd = /^(?:\\u003[dD]){0,2}(?:\\(?:u(?:0(?:0(?:3)?)?)?)?)?$/

/** The smallest picture has some seventy bytes. */
const shortestRun = 64
/** Base64 of twenty MiB and a little. */
const longestRun = 28 * 1024 * 1024

const isBase64 = new Uint8Array(256)
for (const sign of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='))
  isBase64[sign] = 1

const [quote, closing] = Buffer.from('")')

/**
 * Takes files in base64 out of a text while it arrives, and puts `file:<id>` in their place: a picture that is a whole text
 * of JSON by itself or as a data URI, and one that Markdown shows. So a conversation with a thousand pictures takes no more
 * memory than its words and one of them. What only stands in somebody's code stays.
 */
export function pullOutFiles(keep: KeepFile): FilePuller {
  let held: Buffer = Buffer.alloc(0)
  /** A run that may be a file: what stood before it, and as much of it as is there. */
  let run: { prefix: string; parts: Buffer[]; length: number } | undefined
  /** In the middle of a run that is none. */
  let isSkipping = false

  function push(chunk: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = []
    const bytes = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    held = Buffer.alloc(0)
    let at = 0
    while (at < bytes.length) {
      if (run !== undefined) at = collect(bytes, at, out)
      else if (isSkipping) {
        const end = endOfRun(bytes, at)
        isSkipping = end === bytes.length
        out.push(bytes.subarray(at, end))
        at = end
      } else at = look(bytes, at, out)
    }
    return out
  }

  /** Passes on what stands before the next run, or holds back what may be its beginning. */
  function look(bytes: Buffer, from: number, out: Uint8Array[]): number {
    const start = findRun(bytes, from)
    if (start === undefined) {
      let begun = bytes.length
      while (begun > from && bytes.length - begun < shortestRun && isBase64[bytes[begun - 1] ?? 0] === 1)
        begun--
      const kept = Math.max(from, begun - longestPrefix)
      out.push(bytes.subarray(from, kept))
      held = Buffer.from(bytes.subarray(kept))
      return bytes.length
    }
    out.push(bytes.subarray(from, start))
    const prefix = bytes.toString('latin1', Math.max(0, start - longestPrefix), start)
    const isText = prefix.endsWith('"') && !prefix.endsWith('\\"') && isPicture(bytes, start)
    if (isText || (dataUri.test(prefix) && !inCode.test(prefix))) run = { prefix, parts: [], length: 0 }
    else isSkipping = true
    return start
  }

  function collect(bytes: Buffer, from: number, out: Uint8Array[]): number {
    if (run === undefined) return from
    const end = endOfRun(bytes, from)
    run.parts.push(Buffer.from(bytes.subarray(from, end)))
    run.length += end - from
    if (run.length > longestRun) {
      out.push(...run.parts)
      run = undefined
      isSkipping = true
    } else if (end < bytes.length) {
      const rest = bytes.toString('latin1', end, end + longestEscapedEnd)
      if (end + rest.length === bytes.length && mayBeEscapedEnd.test(rest)) {
        held = Buffer.from(bytes.subarray(end))
        return bytes.length
      }
      const escaped = escapedEnd.exec(rest)?.[0] ?? ''
      finish(bytes[end + escaped.length], escaped, out)
      return end + escaped.length
    }
    return end
  }

  function finish(next: number | undefined, escaped: string, out: Uint8Array[]): void {
    if (run === undefined) return
    const { prefix, parts } = run
    run = undefined
    const type = dataUri.exec(prefix)
    if (next !== closingOf(prefix)) {
      out.push(...parts, Buffer.from(escaped))
      return
    }
    const bytes = Buffer.from(Buffer.concat(parts).toString('latin1'), 'base64')
    out.push(Buffer.from(`file:${keep(bytes, type?.[1])}`))
  }

  function end(): Uint8Array[] {
    const out: Uint8Array[] = []
    finish(undefined, '', out)
    out.push(held)
    held = Buffer.alloc(0)
    return out
  }

  return { push, end }
}

/** What has to stand behind a run for it to be all that is there. */
function closingOf(prefix: string): number | undefined {
  return prefix.lastIndexOf('](data:') > prefix.lastIndexOf('"data:') ? closing : quote
}

function isPicture(bytes: Buffer, start: number): boolean {
  return pictureKindOf(Buffer.from(bytes.toString('latin1', start, start + 44), 'base64')) !== undefined
}

/** Where the first long run of base64 begins: looked for in strides, as any has a sign at one of them. */
function findRun(bytes: Buffer, from: number): number | undefined {
  for (let stride = from + shortestRun - 1; stride < bytes.length;) {
    let start = stride
    while (start >= from && isBase64[bytes[start] ?? 0] === 1) start--
    if (stride - start >= shortestRun) return start + 1
    stride = start + shortestRun
  }
  return undefined
}

function endOfRun(bytes: Buffer, from: number): number {
  let end = from
  while (end < bytes.length && isBase64[bytes[end] ?? 0] === 1) end++
  return end
}
