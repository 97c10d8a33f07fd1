import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip, gzip } from 'node:zlib'
import type { ChatFormat } from '../../../reading/chat-format.ts'
import { jsonWriterBeside } from '../../../chats/chat-as-json.ts'
import { jsonInHtml } from '../../../chats/chat-in-page.ts'
import { type ChatWriter, writeInBatches, writeWhole } from '../../../chats/chat-writer.ts'
import { bytesOfFile } from '../../../chats/file-bytes.ts'
import { FILE_MARK, filesInside, LOADED_LATE } from '../../../rendering/place-files.ts'
import { RENDERER_VERSION } from '../../../rendering/renderer-version.ts'
import type { Renderer } from '../../../rendering/renderer.ts'
import { Html } from '../html.ts'
import { chatDocument, type PageUse, type Surroundings, surroundingsOf } from './chat-document.ts'
import { CHAT_FILE_END, chatFile } from './chat-file.ts'
import { type ChatPage, writeChatPage } from './chat-page.ts'
import { writeLargePage } from './large-chat-page.ts'

/** Goes up whenever the HTML around the messages changes; the renderer has a version of its own. */
const PAGE_VERSION = 14

/** The same of what a file has besides. */
const FILE_VERSION = 1

/** Bytes of text. Pages of less are made in less time than storing them takes. */
const STORED_FROM = 16 * 1024

const compress = promisify(gzip)

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
      const { page, isFinal } = await writeChatPage(chat, renderer, asked)
      const { main, ...head } = page
      return { bytes: Buffer.from(`${JSON.stringify(head)}\n${main.text}`), isFinal }
    },
  }
}

/** @returns json of files alone */
function readKeptPage(kept: Buffer): ChatPage & { readonly json?: string } {
  const end = kept.indexOf('\n')
  const head = JSON.parse(kept.toString('utf8', 0, end)) as Omit<ReturnType<typeof readKeptPage>, 'main'>
  return { ...head, main: new Html(kept.toString('utf8', end + 1)) }
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
      const { text: document } = chatDocument(readKeptPage(kept), surroundings, use)
      // Where views are limited, files are read for half an hour: a page that stays open has them by then.
      const text = surroundings.usedView ? document.replaceAll(LOADED_LATE, '') : document
      // What is kept is the same for every link to the chat; each has its files at an address of its own.
      const bytes = Buffer.from(text.replaceAll(FILE_MARK, `${surroundings.at.path}/files/`))
      return [isGzipped ? await compress(bytes) : bytes]
    },
    writeSlowly(chat, { isGzipped, use, ...surroundings }, asked) {
      const files = `${surroundings.at.path}/files/`
      const pieces = writeLargePage(chat, renderer, asked, {
        around: (page) => chatDocument(page, surroundings, use),
        withFiles: (text) => text.replaceAll(FILE_MARK, files),
      })
      return isGzipped ? gzipped(pieces) : pieces
    },
  }
}

/** The chat as a file that needs no server, and that an import brings back. */
export function chatFileFormat(renderer: Renderer): ChatFormat<'file'> {
  return {
    name: 'page-as-file',
    version: `${PAGE_VERSION}.${RENDERER_VERSION}.${FILE_VERSION}`,
    isStoredFrom: STORED_FROM,
    async write(chat, asked) {
      const { page, isFinal } = await writeChatPage(chat, renderer, asked)
      const { main, ...head } = page
      const files = filesOnPage()
      const text = files.place(main.text)
      const json = jsonInHtml(writeWhole(files.writer, chat))
      return { bytes: Buffer.from(`${JSON.stringify({ ...head, json })}\n${text}`), isFinal }
    },
    surroundings: () => 'file',
    wrap(kept) {
      const { json = '', ...page } = readKeptPage(kept)
      return [Buffer.from(`${chatFile(page).text}${json}${CHAT_FILE_END}`)]
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
