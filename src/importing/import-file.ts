import { collectChats, type Collected, type Collector, type MetKeys, withOwnKey } from './collect-chats.ts'
import { textOfBytes, transcoderFor } from './decode-text.ts'
import { finishChat } from './finish-chat.ts'
import { ImportError, type ReadOptions } from './imported-chat.ts'
import { readMarkdown } from './markdown.ts'
import { countValues, keepWhole, type Piece, splitArray, splitLines, type Splitter } from './split-json.ts'

/** One file being read: chats come out as its bytes go in. Both throw {@link ImportError}. */
export type FileImport = { push: (chunk: Uint8Array) => Collected[]; end: () => Collected[] }

export type FileLimits = {
  /** How long a conversation may be as JSON, in bytes; also a whole file of a form that can't be split. */
  longestValue: number
}

/** Enough to tell encoding and kind; shorter files show both at their end. */
const bytesToSniff = 512

/** Reads a file of any format but archives, told by its content: JSON, lines of JSON, or Markdown. */
export function importFile(options: ReadOptions, limits: FileLimits, metKeys: MetKeys): FileImport {
  let head: Uint8Array = new Uint8Array()
  let transcode: ((chunk?: Uint8Array) => Uint8Array) | undefined
  let reader: FileImport | undefined

  function push(chunk: Uint8Array): Collected[] {
    if (transcode !== undefined) return pushText(transcode(chunk))
    head = Buffer.concat([head, chunk])
    if (head.length < bytesToSniff) return []
    transcode = transcoderFor(head)
    return pushText(transcode(head))
  }

  function pushText(text: Uint8Array): Collected[] {
    const start = reader === undefined ? text.findIndex((byte) => byte > 0x20) : 0
    if (start === -1) return []
    reader ??= readerFor(text.subarray(start, start + bytesToSniff))
    return reader.push(start === 0 ? text : text.subarray(start))
  }

  function readerFor(text: Uint8Array): FileImport {
    const beginning = Buffer.from(text).toString('latin1')
    if (/^\[\s*(?:[[{\]"]|$)/.test(beginning))
      return readJson(splitArray(limits.longestValue), collectChats(options, metKeys))
    if (beginning.startsWith('{')) return readObjects(options, limits, metKeys)
    refuseOtherKinds(beginning)
    return readText(options, limits, metKeys)
  }

  function end(): Collected[] {
    if (transcode === undefined) {
      transcode = transcoderFor(head)
      head = transcode(head)
    } else head = new Uint8Array()
    const last = [...pushText(head), ...pushText(transcode())]
    if (reader === undefined) throw new ImportError('empty', 'The file is empty.')
    return [...last, ...reader.end()]
  }

  return { push, end }
}

function readJson(splitter: Splitter, collector: Collector): FileImport {
  const read = (pieces: Piece[]): Collected[] => pieces.flatMap((piece) => readPiece(piece, collector))
  return {
    push: (chunk) => read(splitter.push(chunk)),
    end: () => [...read(splitter.end()), ...collector.end()],
  }
}

function readPiece(piece: Piece, collector: Collector): Collected[] {
  const value = valueOf(piece)
  return 'problem' in value
    ? collector.addUnreadable(value.problem, textOfBytes(piece.bytes.subarray(0, 64 * 1024)))
    : collector.add(value.value, piece.length)
}

/** A piece up to this many bytes can't hold too many values; above, more than so many would fill the memory. */
const alwaysParsed = 16 * 1024 * 1024
const mostValues = 10_000_000

function valueOf(piece: Piece): { value: unknown } | { problem: string } {
  if (piece.state === 'too long' || (piece.length > alwaysParsed && countValues(piece.bytes) > mostValues)) {
    return { problem: `It is too large to import (${Math.ceil(piece.length / 1024 / 1024)} MiB).` }
  }
  try {
    const value: unknown = JSON.parse(textOfBytes(piece.bytes))
    return { value }
  } catch {
    return {
      problem: piece.state === 'cut off' ? 'The file ends in the middle of it.' : 'It is not valid JSON.',
    }
  }
}

/**
 * A file that begins with an object is either one JSON value over many lines or a value per line. The first line
 * tells: if it is a value by itself, so are the others.
 */
function readObjects(options: ReadOptions, limits: FileLimits, metKeys: MetKeys): FileImport {
  const collector = collectChats(options, metKeys)
  const begun = keepWhole(limits.longestValue)
  let length = 0
  let reader: FileImport | undefined

  function push(chunk: Uint8Array): Collected[] {
    if (reader !== undefined) return reader.push(chunk)
    begun.push(chunk)
    length += chunk.length
    if (length > limits.longestValue) throw tooLarge()
    return chunk.includes(newline) ? startReading() : []
  }

  function startReading(): Collected[] {
    const bytes = begun.end()[0]?.bytes ?? new Uint8Array()
    const lineEnd = bytes.indexOf(newline)
    const line = bytes.subarray(0, Math.max(0, lineEnd))
    const isLines = 'value' in valueOf({ bytes: line, length: line.length, state: 'whole' })
    reader = isLines ? readJson(splitLines(limits.longestValue), collector) : readWhole()
    return reader.push(bytes)
  }

  function readWhole(): FileImport {
    const whole = keepWhole(limits.longestValue)
    return {
      push: hold(whole),
      end: () => {
        const pieces = whole.end()
        const [piece] = pieces
        if (piece?.state === 'too long') throw tooLarge()
        if (piece !== undefined && 'problem' in valueOf(piece) && hasLinesOfJson(piece.bytes))
          return readLines(piece.bytes)
        return [...pieces.flatMap((one) => readPiece(one, collector)), ...collector.end()]
      },
    }
  }

  /** A session whose first line is broken. */
  function readLines(bytes: Uint8Array): Collected[] {
    const lines = readJson(splitLines(limits.longestValue), collector)
    return [...lines.push(bytes), ...lines.end()]
  }

  return {
    push,
    end: () => {
      const last = reader === undefined ? startReading() : []
      return [...last, ...(reader?.end() ?? [])]
    },
  }
}

/** Whether the second or third line is an object by itself. */
function hasLinesOfJson(bytes: Uint8Array): boolean {
  const lines = splitLines(bytes.length)
  return lines
    .push(bytes)
    .slice(1, 4)
    .some((line) => {
      const value = valueOf(line)
      return 'value' in value && typeof value.value === 'object' && value.value !== null
    })
}

function readText(options: ReadOptions, limits: FileLimits, metKeys: MetKeys): FileImport {
  const whole = keepWhole(limits.longestValue)
  return {
    push: hold(whole),
    end: () => {
      const [piece] = whole.end()
      if (piece?.state === 'too long') throw tooLarge()
      if (piece !== undefined && hasTooManyLines(piece.bytes)) throw tooLarge()
      const draft = readMarkdown(textOfBytes(piece?.bytes ?? new Uint8Array()))
      if (draft === undefined) {
        throw new ImportError(
          'not-recognised',
          'This is none of the formats that can be imported. Text needs a line "## User" or "## Assistant" before each message.',
        )
      }
      const chat = finishChat({ ...draft, fallbackName: options.fileTitle })
      return [{ kind: 'chat', chat: withOwnKey(chat, metKeys) }]
    },
  }
}

function hold(whole: Splitter): FileImport['push'] {
  return (chunk) => {
    whole.push(chunk)
    return []
  }
}

const newline = 0x0a
const mostLines = 4_000_000

function hasTooManyLines(bytes: Uint8Array): boolean {
  let lines = 0
  for (let at = bytes.indexOf(newline); at !== -1 && lines <= mostLines; at = bytes.indexOf(newline, at + 1))
    lines++
  return lines > mostLines
}

function tooLarge(): ImportError {
  return new ImportError('too-large', 'The file is too large to import as a single conversation.')
}

/** A hint for files that people try because they came with the right one. */
function refuseOtherKinds(beginning: string): void {
  if (/^<(?:!doctype|html|head|body|\?xml)/i.test(beginning)) {
    throw new ImportError(
      'not-recognised',
      'This is a web page. Take the JSON file of the export, such as conversations.json.',
    )
  }
  if (
    beginning.startsWith('\x1f\x8b') ||
    beginning.startsWith('Rar!') ||
    beginning.startsWith("7z\xbc\xaf'")
  ) {
    throw new ImportError(
      'not-recognised',
      'This kind of archive cannot be read. Unpack it, or pack it as .zip.',
    )
  }
  if (beginning.includes('\0')) throw new ImportError('not-recognised', 'This is not a text file.')
}
