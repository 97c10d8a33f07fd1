import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createGzip, gzip, gzipSync } from 'node:zlib'
import type { ChatFormat } from '../../../reading/chat-format.ts'
import { jsonWriterBeside } from '../../../chats/chat-as-json.ts'
import { jsonInHtml } from '../../../chats/chat-in-page.ts'
import { type ChatWriter, writeInBatches, writeWhole } from '../../../chats/chat-writer.ts'
import { bytesOfFile } from '../../../chats/file-bytes.ts'
import { FILE_MARK, filesInside, LOADED_LATE } from '../../../rendering/place-files.ts'
import { joined } from '../../../reading/unpooled.ts'
import { RENDERER_VERSION } from '../../../rendering/renderer-version.ts'
import type { Renderer } from '../../../rendering/renderer.ts'
import { Html } from '../html.ts'
import { chatDocument, type PageUse, type Surroundings, surroundingsOf } from './chat-document.ts'
import { CHAT_FILE_END, chatFile, type Letters, neededLetters } from './chat-file.ts'
import { type ChatPage, writeChatPage } from './chat-page.ts'
import { writeLargePage } from './large-chat-page.ts'

/** Goes up whenever the HTML around the messages changes; the renderer has a version of its own. */
const PAGE_VERSION = 14

/** The same of what a file has besides. */
const FILE_VERSION = 2

/** Bytes of text. Pages of less are made in less time than storing them takes. */
const STORED_FROM = 16 * 1024

const PIECES_IN_TURN = 8

/** Bytes that are compressed in less time than handing them to another thread takes. */
const COMPRESSED_AT_ONCE = 32 * 1024

const compressElsewhere = promisify(gzip)

/** Stands where what is kept goes; no text has NUL. */
const MAIN = new Html('\0main\0')

/**
 * What pages of a chat have in common, which is kept: a line of JSON for the page's head, then HTML. Around it goes
 * what depends on who looks.
 */
function keptPage(renderer: Renderer): Pick<ChatFormat, 'name' | 'version' | 'isStoredFrom' | 'write'> {
  return {
    name: 'page',
    version: `${PAGE_VERSION}.${RENDERER_VERSION}`,
    isStoredFrom: STORED_FROM,
    async write(chat, asked) {
      const { page, main, isFinal } = await writeChatPage(chat, renderer, asked)
      return { bytes: joined([lineOf(page), ...(await bytesOf(main))]), isFinal }
    },
  }
}

function lineOf(head: object): Buffer {
  return Buffer.from(`${JSON.stringify(head)}\n`)
}

/** Pieces of a page as bytes: the texts are let go meanwhile, and others have their turn. */
async function bytesOf(
  pieces: Iterable<string>,
  place = (piece: string): string => piece,
): Promise<Buffer[]> {
  const bytes: Buffer[] = []
  for (const piece of pieces) {
    bytes.push(Buffer.from(place(piece)))
    if (bytes.length % PIECES_IN_TURN === 0) await nextTurn()
  }
  return bytes
}

/** The line of JSON at the beginning of what is kept, and the bytes after it, which are never copied. */
function readKept(kept: Buffer): { readonly head: unknown; readonly rest: Buffer } {
  const end = kept.indexOf('\n')
  return { head: JSON.parse(kept.toString('utf8', 0, end)) as unknown, rest: kept.subarray(end + 1) }
}

function compress(page: Buffer): Buffer | Promise<Buffer> {
  return page.length <= COMPRESSED_AT_ONCE ? gzipSync(page) : compressElsewhere(page)
}

/** What stands around {@link MAIN}. */
function aroundMain({ text }: Html): readonly [Buffer, Buffer] {
  const [begin = '', end = ''] = text.split(MAIN.text)
  return [Buffer.from(begin), Buffer.from(end)]
}

/** The chat as a page of this server. */
export function chatPageFormat(made: {
  readonly renderer: Renderer
  readonly isGzipped: boolean
  /** of this server: kept pages are told apart by it, so it is none that readers choose */
  readonly origin: string
  /** epoch milliseconds */
  readonly now: number
  readonly use?: PageUse
}): ChatFormat<Surroundings & { readonly isGzipped: boolean; readonly use: PageUse }> {
  const { renderer, isGzipped, origin, now, use = 'page' } = made
  return {
    ...keptPage(renderer),
    surroundings(view) {
      if (!view) throw new Error('A page is made for a view of a share.')
      return { ...surroundingsOf(view, origin, now), isGzipped, use }
    },
    async wrap(kept, { isGzipped, use, ...surroundings }) {
      const { head, rest: main } = readKept(kept)
      const hasFiles = main.includes(FILE_MARK)
      const page = { ...(head as Omit<ChatPage, 'main'>), hasFiles, main: MAIN }
      const [begin, end] = aroundMain(chatDocument(page, surroundings, use))
      const parts = [begin, hasFiles ? withFiles(main, surroundings) : main, end]
      return isGzipped ? [await compress(Buffer.concat(parts))] : parts
    },
    writeSlowly(chat, { isGzipped, use, ...surroundings }, asked) {
      const files = `${surroundings.at.path}/files/`
      const pieces = writeLargePage(chat, renderer, asked, {
        around: (page) => chatDocument({ ...page, hasFiles: true }, surroundings, use),
        withFiles: (text) => text.replaceAll(FILE_MARK, files),
      })
      return isGzipped ? gzipped(pieces) : pieces
    },
  }
}

/** What is kept is the same for every link to the chat; each has its files at an address of its own. */
function withFiles(main: Buffer, { at, usedView }: Surroundings): Buffer {
  const text = main.toString()
  // Where views are limited, files are read for half an hour: a page that stays open has them by then.
  const early = usedView ? text.replaceAll(LOADED_LATE, '') : text
  return Buffer.from(early.replaceAll(FILE_MARK, `${at.path}/files/`))
}

/** The first line of what is kept of a file; after it come its HTML and its JSON. */
type KeptFileHead = Omit<ChatPage, 'main' | 'preview'> & {
  readonly letters: Letters
  /** how long the HTML is */
  readonly bytes: number
}

/** The chat as a file that needs no server, and that an import brings back. */
export function chatFileFormat(renderer: Renderer): ChatFormat<'file'> {
  return {
    name: 'page-as-file',
    version: `${PAGE_VERSION}.${RENDERER_VERSION}.${FILE_VERSION}`,
    isStoredFrom: STORED_FROM,
    async write(chat, asked) {
      const { page, main, isFinal } = await writeChatPage(chat, renderer, asked)
      const { title, hasContents } = page
      const files = filesOnPage()
      const letters = neededLetters()
      const pieces = await bytesOf(main, (piece) => {
        letters.add(piece)
        return files.place(piece)
      })
      const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
      const head: KeptFileHead = { title, hasContents, letters: letters.found(), bytes }
      const json = Buffer.from(jsonInHtml(writeWhole(files.writer, chat)))
      return { bytes: joined([lineOf(head), ...pieces, json]), isFinal }
    },
    surroundings: () => 'file',
    wrap(kept) {
      const { head, rest } = readKept(kept)
      const { title, hasContents, letters, bytes } = head as KeptFileHead
      const [begin, end] = aroundMain(chatFile({ title, hasContents, main: MAIN }, letters))
      return [begin, rest.subarray(0, bytes), end, rest.subarray(bytes), Buffer.from(CHAT_FILE_END)]
    },
    async *writeSlowly(chat, _, asked) {
      const files = filesOnPage()
      yield* writeLargePage(chat, renderer, asked, {
        // Whether formulas come isn't known yet, and beside so much text a font is small.
        around: (page) => chatFile(page, 'all'),
        withFiles: files.place,
      })
      for await (const piece of writeInBatches(files.writer, chat, chat.batches()))
        yield Buffer.from(jsonInHtml(piece))
      yield Buffer.from(CHAT_FILE_END)
    },
  }
}

/** Puts files into a page; what of them is on it needn't be in its JSON, which is written after it. */
function filesOnPage(): { readonly place: (html: string) => string; readonly writer: ChatWriter } {
  const placed = new Set<string>()
  return {
    place: (html) =>
      filesInside(html, (id) => {
        placed.add(id)
        return bytesOfFile(id)
      }),
    writer: jsonWriterBeside((id) => placed.has(id)),
  }
}

async function* gzipped(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gzip = createGzip()
  // What goes wrong ends both, and is thrown below.
  pipeline(pieces, gzip).catch(() => undefined)
  for await (const piece of gzip) yield piece as Buffer
}
