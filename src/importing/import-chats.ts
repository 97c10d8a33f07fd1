import { openCodeStorage } from './agents/opencode-storage.ts'
import { byteStream, type ByteStream } from './streams/byte-stream.ts'
import type { Collected, MetKeys } from './collect-chats.ts'
import { cleanName } from './text/clean-text.ts'
import {
  type FailedConversation,
  type FileSink,
  type ImportedFile,
  ImportError,
  type LeftOut,
} from './imported-chat.ts'
import { type FileImport, type FileLimits, importFile } from './import-file.ts'
import { isZstd, unzstd } from './streams/unzstd.ts'
import type { SpeakerNames } from './text/find-turns.ts'
import { keepEntry, noPaths, withPaths } from './files-in-archive.ts'
import { type UnzipLimits, type ZipEntry, zipEntries } from './streams/unzip.ts'

/** What an import tells while it runs. */
export type ImportEvent =
  | Collected
  /** A file that chats before or after it name. */
  | { kind: 'file'; file: ImportedFile }
  /** Another id for a file that was told before. */
  | { kind: 'renamed-file'; id: string; to: { id: string; name: string | undefined } }
  /** Of the file as a whole: what in it was no chat. */
  | { kind: 'left-out'; leftOut: LeftOut }
  /** How many bytes of the source have been read, at most once per MiB. */
  | { kind: 'progress'; bytes: number }

export type ImportOptions = {
  /** Keep calls and results of tools as blocks; unset: of agents' sessions alone. */
  includeTools?: boolean | undefined
  /** The file's name; only a title for formats that carry none, never a hint at the format. */
  fileName?: string | undefined
  /** What the file calls the two, where that can't be told from it. */
  speakers?: SpeakerNames | undefined
  /** What files become; unset: notes. */
  files?: (FileSink & { take: () => ImportEvent[] }) | undefined
  /** For tests; the defaults fit a service that takes files up to 1 GiB. */
  limits?: Partial<FileLimits & UnzipLimits>
}

const progressStep = 1024 * 1024

const defaultLimits: FileLimits & UnzipLimits = {
  longestValue: 128 * 1024 * 1024,
  unpackedBytes: 4 * 1024 * 1024 * 1024,
  ratio: 500,
}

/**
 * Turns the bytes of a file into chats while they arrive, holding one conversation in memory at a time. The format is
 * told by the content: any of formats.ts as JSON or lines of JSON, text, Markdown, one of these compressed by Zstandard, or a
 * .zip of such files. A conversation
 * that can't be imported is reported and the others go on.
 *
 * Throws {@link ImportError} where nothing can be imported; its message is a sentence for the person who tried.
 * Chats that were already given stand. The source is then left where it is: whoever opened it closes it (a request whose
 * body is destroyed could not be answered any more).
 */
export async function* importChats(
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): AsyncGenerator<ImportEvent> {
  const stream = byteStream(source)
  const limits = { ...defaultLimits, ...options.limits }
  const metKeys: MetKeys = new Map()
  const beginning = await stream.peek(4)
  const mark = Buffer.from(beginning).toString('latin1')
  const isZip = mark === 'PK\x03\x04' || mark === 'PK\x05\x06' || mark === 'PK\x07\x08'
  const events = isZip
    ? importArchive(stream, options, limits, metKeys)
    : importBytes(
        isZstd(beginning) ? unzstd(stream, limits) : chunksOf(stream),
        fileImport(options, options.fileName, limits, metKeys),
      )
  let told = 0
  for await (const batch of events) {
    yield* options.files?.take() ?? []
    yield* batch
    if (stream.received() - told >= progressStep) {
      told = stream.received()
      yield { kind: 'progress', bytes: told }
    }
  }
  yield* options.files?.take() ?? []
  yield { kind: 'progress', bytes: stream.received() }
}

async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) yield chunk
}

/** A batch of events per chunk, mostly empty: so progress can be told between them. */
async function* importBytes(
  chunks: AsyncIterable<Uint8Array>,
  file: FileImport,
): AsyncGenerator<ImportEvent[]> {
  for await (const chunk of chunks) yield file.push(chunk)
  yield file.end()
}

function fileImport(
  options: ImportOptions,
  fileName: string | undefined,
  limits: FileLimits,
  metKeys: MetKeys,
  hasFilesBeside = false,
): FileImport {
  const fileTitle = titleOfFile(fileName)
  const { includeTools, speakers, files } = options
  return importFile({ includeTools, fileTitle, speakers, files, hasFilesBeside }, limits, metKeys)
}

function titleOfFile(fileName = ''): string | undefined {
  const name = (fileName.split(/[\\/]/).at(-1) ?? '').replace(/\.zst$/i, '')
  return cleanName(name.replace(/\.[A-Za-z]\w{0,4}$/, ''), 200) || undefined
}

/**
 * The files of an archive that may hold chats; whether they do is told by their content. Prompts of AI Studio have no
 * ending, and may have a full stop in their title: of such files only JSON is looked at.
 */
function mayHoldChats(name: string): 'yes' | 'if JSON' | 'no' {
  if (/(?:^|\/)(?:__MACOSX\/|\._)|\/$/.test(name)) return 'no'
  if (/\.(?:json|jsonl|ndjson|md|markdown)$/i.test(name)) return 'yes'
  // Takeout's activities as a page; ChatGPT's chat.html says again what its JSON says.
  const end = name.slice(-500).toLowerCase()
  if (end.includes('gemini') && end.endsWith('.html')) return 'yes'
  return /\.[a-z]\w{0,4}$/i.test(name) ? 'no' : 'if JSON'
}

async function* importArchive(
  stream: ByteStream,
  options: ImportOptions,
  limits: FileLimits & UnzipLimits,
  metKeys: MetKeys,
): AsyncGenerator<ImportEvent[]> {
  let found = 0
  let others = 0
  let hasArchive = false
  const storage = openCodeStorage()
  const paths = noPaths()
  let stored = 0
  for await (const entry of zipEntries(stream, limits)) {
    if (storage.takes(entry.name)) {
      const parts: Uint8Array[] = []
      for await (const chunk of entry.read()) {
        stored += chunk.length
        // What is held together is one value's worth at most; the rest stays out.
        if (stored <= limits.longestValue) parts.push(Buffer.from(chunk))
      }
      storage.add(entry.name, Buffer.concat(parts))
      yield []
      continue
    }
    if (options.files && (await keepEntry(entry, options.files, paths))) {
      yield []
      continue
    }
    const hope = mayHoldChats(entry.name)
    if (hope === 'no') {
      if (!entry.name.endsWith('/')) others++
      if (/\.zip$/i.test(entry.name)) hasArchive = true
      await entry.skip()
      yield []
      continue
    }
    let foundHere = 0
    const file = withPaths(fileImport(options, entry.name, limits, metKeys, true), paths)
    for await (const batch of importEntry(entry, hope === 'yes' ? file : onlyJson(file))) {
      foundHere += batch.length
      yield batch
    }
    if (foundHere === 0) others++
    found += foundHere
  }
  for (const session of storage.exports()) {
    const file = fileImport(options, undefined, limits, metKeys)
    const events = attempt(
      () => [...file.push(Buffer.from(JSON.stringify(session))), ...file.end()],
      'A session',
    )
    found += events.length
    yield events
  }
  if (found === 0) {
    const hint = hasArchive ? ' It holds another archive: unpack it, and import that one.' : ''
    throw new ImportError('not-recognised', `There are no chats in this archive.${hint}`)
  }
  others += Math.max(0, paths.own - paths.met.size)
  if (others > 0) yield [{ kind: 'left-out', leftOut: { 'other file in the archive': others } }]
}

/** Refuses what doesn't begin as JSON does, before anything is held of it. */
function onlyJson(file: FileImport): FileImport {
  let isBegun = false
  const check = (chunk: Uint8Array): void => {
    const first = isBegun ? undefined : chunk.find((byte) => byte > 0x20)
    if (first === undefined) return
    isBegun = true
    // A byte order mark stands before either.
    if (![0x7b, 0x5b, 0xef, 0xff, 0xfe].includes(first))
      throw new ImportError('not-recognised', 'This is no JSON.')
  }
  return {
    push: (chunk) => {
      check(chunk)
      return file.push(chunk)
    },
    end: () => file.end(),
  }
}

/** What comes of a part of an archive: what is wrong with it doesn't keep the others out. */
function attempt(read: () => Collected[], title: string): Collected[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return isOfNoInterest(error) ? [] : [{ kind: 'failed', failed: { title, reason: error.message } }]
  }
}

/** A file of an archive: what is wrong with it doesn't keep the others out. */
async function* importEntry(entry: ZipEntry, file: FileImport): AsyncGenerator<ImportEvent[]> {
  let problem: ImportError | undefined
  const attempt = (read: () => Collected[]): Collected[] => {
    if (problem !== undefined) return []
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      problem = error
      return isOfNoInterest(error)
        ? []
        : [{ kind: 'failed', failed: failedFile(titleOfFile(entry.name) ?? 'A file', error) }]
    }
  }
  for await (const chunk of entry.read()) yield attempt(() => file.push(chunk))
  yield attempt(() => file.end())
}

function failedFile(title: string, { message, speakers }: ImportError): FailedConversation {
  return speakers === undefined ? { title, reason: message } : { title, reason: message, speakers }
}

/** Exports hold files that are no chats, and lists with nothing in them. */
function isOfNoInterest(error: ImportError): boolean {
  if (error.speakers !== undefined) return false
  return error.code === 'not-recognised' || error.code === 'empty'
}
