import {
  collectChats,
  type Collected,
  type Collector,
  holdsConversation,
  type MetKeys,
  withOwnKey,
  wrappers,
} from './collect-chats.ts'
import { textOfBytes, transcoderFor } from './streams/decode-text.ts'
import { findWrappedLists } from './streams/find-wrapped-list.ts'
import { finishChat } from './finish-chat.ts'
import { describeDatabase, describePdf, describeUnrecognisedText } from './describe-unrecognised.ts'
import { readText } from './formats.ts'
import { type ChatDraft, ImportError, type ReadOptions } from './imported-chat.ts'
import { pullOutFiles } from './streams/pull-out-files.ts'
import { splitArray } from './streams/split-array.ts'
import {
  countValues,
  holdBytes,
  keepWhole,
  type Piece,
  splitLines,
  type Splitter,
} from './streams/split-json.ts'

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
  /** How many bytes stand before the first sign. */
  let skipped = 0

  const { files } = options
  const puller = files && pullOutFiles((bytes, mediaType) => files.keep({ bytes, mediaType }))

  function push(chunk: Uint8Array): Collected[] {
    if (transcode !== undefined) return pushText(transcode(chunk))
    head = Buffer.concat([head, chunk])
    return head.length < bytesToSniff ? [] : pushText(decodeHead())
  }

  function decodeHead(): Uint8Array {
    if (head[0] === 0x1f && head[1] === 0x8b) throw otherArchive()
    const decode = transcoderFor(head)
    transcode = decode
    if (head[0] === 0xef && head[1] === 0xbb) skipped = 3
    return decode(head)
  }

  function pushText(text: Uint8Array): Collected[] {
    return puller === undefined ? pushShown(text) : puller.push(text).flatMap(pushShown)
  }

  function pushShown(text: Uint8Array): Collected[] {
    const start = reader === undefined ? text.findIndex((byte) => byte > 0x20) : 0
    if (reader === undefined) skipped += start === -1 ? text.length : start
    if (start === -1) return []
    reader ??= readerFor(text.subarray(start, start + bytesToSniff))
    return reader.push(start === 0 ? text : text.subarray(start))
  }

  function readerFor(text: Uint8Array): FileImport {
    const beginning = Buffer.from(text).toString('latin1')
    if (/^\[\s*(?:[[{\]"]|$)/.test(beginning))
      return readJson(splitArray(limits.longestValue, skipped), collectChats(options, metKeys))
    if (beginning.startsWith('{')) return readObjects(options, limits, metKeys, skipped)
    refuseOtherKinds(beginning)
    return readWholeText(options, limits, metKeys)
  }

  function end(): Collected[] {
    const rest = transcode === undefined ? decodeHead() : new Uint8Array()
    const last = [
      ...pushText(rest),
      ...pushText(transcode?.() ?? new Uint8Array()),
      ...(puller?.end() ?? []).flatMap(pushShown),
    ]
    if (reader === undefined) throw new ImportError('empty', 'The file is empty.')
    return [...last, ...reader.end()]
  }

  return { push, end }
}

function readJson(splitter: Splitter, collector: Collector): FileImport {
  /** What couldn't be read, until it shows where it ends: with the next value that is what the file holds. */
  let broken: { at: number; beginning: string } | undefined

  function readPieces(pieces: Piece[]): Collected[] {
    return pieces.flatMap((piece) => {
      if (piece.state === 'broken') {
        broken ??= { at: piece.at, beginning: beginningOf(piece) }
        return []
      }
      const value = valueOf(piece)
      if (broken === undefined) return readValue(value, piece, collector)
      // Objects in a broken conversation may look like its beginning.
      if ('problem' in value || !collector.expects(value.value)) return []
      return [...tellBroken(piece.at), ...readValue(value, piece, collector)]
    })
  }

  function tellBroken(end: number | undefined): Collected[] {
    if (broken === undefined) return []
    const { at, beginning } = broken
    broken = undefined
    const what =
      end === undefined
        ? `the rest of the file, from byte ${at} on,`
        : `bytes ${at} to ${end - 1} of the file`
    return collector.addUnreadable(`It is not valid JSON: ${what} could not be read.`, beginning)
  }

  return {
    push: (chunk) => readPieces(splitter.push(chunk)),
    end: () => [...readPieces(splitter.end()), ...tellBroken(undefined), ...collector.end()],
  }
}

type Value = { value: unknown } | { problem: string }

function readValue(value: Value, piece: Piece, collector: Collector): Collected[] {
  return 'problem' in value
    ? collector.addUnreadable(value.problem, beginningOf(piece))
    : collector.add(value.value, piece.length)
}

function beginningOf(piece: Piece): string {
  return textOfBytes(piece.bytes.subarray(0, 64 * 1024))
}

/** A piece up to this many bytes can't hold too many values; above, more than so many would fill the memory. */
const alwaysParsed = 16 * 1024 * 1024
const mostValues = 10_000_000

function valueOf(piece: Piece): Value {
  if (piece.state === 'too long' || (piece.length > alwaysParsed && countValues(piece.bytes) > mostValues)) {
    return { problem: `It is too large to import (${Math.ceil(piece.length / 1024 / 1024)} MiB).` }
  }
  try {
    // Files that were put together may have a byte order mark in the middle.
    const value: unknown = JSON.parse(textOfBytes(piece.bytes).replace(/^\ufeff/, ''))
    return { value }
  } catch {
    return {
      problem: piece.state === 'cut off' ? 'The file ends in the middle of it.' : 'It is not valid JSON.',
    }
  }
}

/**
 * A file that begins with an object is a value per line, or one object: a conversation, or one that holds a list of
 * conversations, which is read like a list. The first line tells lines: if it is a value by itself, so are the others.
 */
function readObjects(options: ReadOptions, limits: FileLimits, metKeys: MetKeys, start: number): FileImport {
  const collector = collectChats(options, metKeys)
  const held = holdBytes(limits.longestValue)
  const listsIn = findWrappedLists(wrappers)
  let length = 0
  let isFirstLine = true
  let reader: FileImport | undefined

  function push(chunk: Uint8Array): Collected[] {
    if (reader !== undefined) return reader.push(chunk)
    held.add(chunk)
    length += chunk.length
    const isEndOfFirstLine = isFirstLine && chunk.includes(newline)
    if (isEndOfFirstLine) isFirstLine = false
    if (isEndOfFirstLine && beginsWithLine())
      return begin(readJson(splitLines(limits.longestValue), collector), 0)
    const list = listsIn(chunk).find(({ first }) => isConversation(first.start, first.end))
    if (list !== undefined)
      return begin(readJson(splitArray(limits.longestValue, start + list.at, true), collector), list.at)
    if (length > limits.longestValue) throw tooLarge()
    return []
  }

  function begin(file: FileImport, at: number): Collected[] {
    reader = file
    return file.push(held.take(0).bytes.subarray(at))
  }

  function beginsWithLine(): boolean {
    const bytes = held.look()
    return 'value' in valueOf(wholePiece(bytes.subarray(0, bytes.indexOf(newline))))
  }

  function isConversation(from: number, to: number): boolean {
    const value = valueOf(wholePiece(held.look().subarray(from, to)))
    return 'value' in value && holdsConversation(value.value)
  }

  function end(): Collected[] {
    if (reader !== undefined) return reader.end()
    const piece = held.take(0)
    const value = valueOf(piece)
    if ('value' in value || piece.state === 'too long')
      return [...readValue(value, piece, collector), ...collector.end()]
    // A session whose first line is broken, or one object after the other.
    if (hasLinesOfJson(piece.bytes)) {
      const lines = readJson(splitLines(limits.longestValue), collector)
      return [...lines.push(piece.bytes), ...lines.end()]
    }
    const list = readJson(splitArray(limits.longestValue, start - 1), collector)
    return [...list.push(Buffer.from('[')), ...list.push(piece.bytes), ...list.end()]
  }

  return { push, end }
}

function wholePiece(bytes: Uint8Array): Piece {
  return { bytes, length: bytes.length, at: 0, state: 'whole' }
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

function readWholeText(options: ReadOptions, limits: FileLimits, metKeys: MetKeys): FileImport {
  const whole = keepWhole(limits.longestValue)
  return {
    push: hold(whole),
    end: () => {
      const [piece] = whole.end()
      if (piece?.state === 'too long') throw tooLarge()
      if (piece !== undefined && hasTooManyLines(piece.bytes)) throw tooLarge()
      const text = textOfBytes(piece?.bytes ?? new Uint8Array())
      const drafts = readText(text, options)
      const [first] = drafts ?? []
      if (drafts === undefined) throw new ImportError('not-recognised', describeUnrecognisedText(text))
      if (first === undefined) throw new ImportError('empty', 'There is no conversation in it.')
      if (drafts.length === 1 && first.isNamedByFile !== false) first.fallbackName ??= options.fileTitle
      return chatsOf(drafts, metKeys)
    },
  }
}

function chatsOf(drafts: readonly ChatDraft[], metKeys: MetKeys): Collected[] {
  if (drafts.length === 0) throw new ImportError('empty', 'It has no messages.')
  return drafts.map((draft) => ({ kind: 'chat', chat: withOwnKey(finishChat(draft), metKeys) }))
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
  if (beginning.startsWith('SQLite format 3')) throw new ImportError('not-recognised', describeDatabase)
  if (beginning.startsWith('%PDF-')) throw new ImportError('not-recognised', describePdf)
  if (beginning.startsWith('Rar!') || beginning.startsWith("7z\xbc\xaf'")) throw otherArchive()
  if (beginning.includes('\0')) throw new ImportError('not-recognised', 'This is not a text file.')
}

function otherArchive(): ImportError {
  return new ImportError(
    'not-recognised',
    'This kind of archive cannot be read. Unpack it, or pack it as .zip.',
  )
}
