import { Zip, ZipDeflate } from 'fflate'
import type { Context } from '../../actions/context.ts'
import { listExportedFiles } from '../../actions/files/exported-files.ts'
import { partsOf } from '../../chats/file-bytes.ts'
import { LARGEST_IN_MEMORY } from '../../reading/kept-bodies.ts'
import { fileBytes, type OpenFile } from '../../reading/kept-files.ts'
import type { Answer } from '../pipeline/answer.ts'
import type { AskedRequest } from '../pipeline/asked.ts'
import { mayBeChat } from '../../importing/files-in-archive.ts'
import { fileName } from './attachment.ts'

type StoredFile = OpenFile['file']
type Files = ReadonlyMap<string, StoredFile>

/** One that the same chat packs to the same bytes with. */
const PACKED_AT = new Date(1980, 0, 1)
const PACKED_AT_ONCE = 256 * 1024
/** Some chunks of a file, as they are and as they are sent. */
const WINDOW_BYTES = 4 * 1024 * 1024

/**
 * The answer with an export, its files put in where they go: read from the store while they are sent, a chunk at a time.
 *
 * @param ownerId of the chat
 * @param about.name of the chat
 * @param about.asker whose part of the budget of large answers it is
 * @param about.mayRefuse false: it has cost a view already
 * @throws TooMuchUnderWay when it becomes large by its files, and too many are being sent
 */
export async function withFiles(
  context: Context,
  ownerId: number,
  answer: Answer,
  about: {
    readonly name: string
    readonly isArchive: boolean | undefined
    readonly request: AskedRequest
    readonly asker: string
    readonly mayRefuse: boolean
  },
): Promise<Answer> {
  const { parts: body, ...others } = answer
  if (!body) return answer
  const { parts, rest, release } = body
  if (!about.isArchive && !parts.some((part) => part.includes(0))) {
    return rest ? { ...others, parts: { ...body, rest: inside(context, ownerId, rest, new Map()) } } : answer
  }
  try {
    const ids = new Set(parts.flatMap((part) => [...partsOf(part)].flatMap(({ fileId }) => fileId ?? [])))
    const files = await listExportedFiles(context, ownerId, [...ids])
    const bytes = about.isArchive
      ? archive(context, inOne(parts), files, about.name)
      : inside(context, ownerId, piecesOf(body), files)
    if (about.request.method === 'HEAD')
      return { ...others, parts: { parts: [], ...(release ? { release } : {}) } }
    const held = release ?? holdGrown(context, parts, files, about)
    return { ...others, parts: { parts: [], rest: bytes, ...(held ? { release: held } : {}) } }
  } catch (error) {
    release?.()
    throw error
  }
}

/** Counts what became large by its files alone: its text, and of the files as much as is in memory at a time. */
function holdGrown(
  { sending }: Pick<Context, 'sending'>,
  parts: readonly Buffer[],
  files: Files,
  { asker, mayRefuse }: { readonly asker: string; readonly mayRefuse: boolean },
): (() => void) | undefined {
  const text = parts.reduce((sum, { length }) => sum + length, 0)
  const ofFiles = files.values().reduce((sum, { size }) => sum + size, 0)
  if (text + ofFiles <= LARGEST_IN_MEMORY) return undefined
  // The text is in memory once, however many are sent it.
  const releaseText = sending.hold(parts, text, asker, mayRefuse)
  try {
    const releaseWindow = sending.hold({}, Math.min(ofFiles, WINDOW_BYTES), asker, mayRefuse)
    return () => {
      releaseText()
      releaseWindow()
    }
  } catch (error) {
    releaseText()
    throw error
  }
}

function inOne(parts: readonly Buffer[]): Buffer {
  const [first] = parts
  return first && parts.length === 1 ? first : Buffer.concat(parts)
}

/** Each file as a data URI in its place. Those that are named in what is still to be read are looked for when it is. */
async function* inside(
  context: Context,
  ownerId: number,
  pieces: AsyncIterable<Buffer>,
  files: Files,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    for (const { text, fileId } of partsOf(piece)) {
      if (text.length > 0) yield text
      if (fileId === undefined) continue
      const file = files.get(fileId) ?? (await listExportedFiles(context, ownerId, [fileId])).get(fileId)
      if (!file) continue
      yield Buffer.from(`data:${file.dimensions ? file.mediaType : 'application/octet-stream'};base64,`)
      // Chunks are as long as base64 needs them to be put together.
      for await (const chunk of fileBytes(context.store, { file, variant: 'whole', size: file.size }))
        yield Buffer.from(Buffer.from(chunk).toString('base64'))
    }
  }
}

/** What stands for a file is in one piece. */
async function* piecesOf({ parts, rest }: NonNullable<Answer['parts']>): AsyncGenerator<Buffer> {
  yield* parts
  if (rest) yield* rest
}

/** The files, then the text that leads to them: whoever reads the archive as it comes knows them by then. */
async function* archive(
  context: Context,
  text: Buffer,
  files: Files,
  chatName: string,
): AsyncGenerator<Buffer> {
  const packed: Buffer[] = []
  let problem: Error | undefined
  const zip = new Zip((error, chunk) => {
    if (error) problem = error
    else packed.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  })
  async function* add(name: string, level: 0 | 6, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    const entry = new ZipDeflate(name, { level })
    entry.mtime = PACKED_AT
    zip.add(entry)
    for await (const chunk of bytes) {
      entry.push(new Uint8Array(chunk))
      if (problem) throw problem
      yield* packed.splice(0)
    }
    entry.push(new Uint8Array(), true)
    yield* packed.splice(0)
  }

  const names = namesIn(files)
  for (const [id, file] of files) {
    const bytes = fileBytes(context.store, { file, variant: 'whole', size: file.size })
    // Pictures are packed already, and most other files are.
    yield* add(names.get(id) ?? id, 0, bytes)
  }
  const lines = [...partsOf(text)].flatMap(({ text: before, fileId }) =>
    fileId === undefined ? [before] : [before, Buffer.from(names.get(fileId) ?? `file:${fileId}`)],
  )
  yield* add(`${fileName(chatName)}.md`, 6, inPortions(inOne(lines)))
  zip.end()
  yield* packed.splice(0)
}

// oxlint-disable-next-line typescript/require-await -- read like bytes that come from elsewhere
async function* inPortions(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += PACKED_AT_ONCE) {
    yield bytes.subarray(start, start + PACKED_AT_ONCE)
  }
}

/** A path for each file that every system takes, and Markdown too; no two are the same. */
function namesIn(files: Files): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const [id, { name }] of files) {
    const safe = fileName(name).replace(/[^\p{L}\p{N}._-]+/gu, '-')
    // What looks like a chat would come back as one.
    const plain = mayBeChat.test(safe) ? `${safe}.file` : safe
    const isTaken = taken.has(plain.toLowerCase())
    const own = isTaken ? `${id.slice(0, 8)}-${plain}` : plain
    taken.add(own.toLowerCase())
    names.set(id, `files/${own}`)
  }
  return names
}
