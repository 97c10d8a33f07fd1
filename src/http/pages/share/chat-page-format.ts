import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ChatFormat, ExportFormat } from '../../../reading/open-share.ts'
import { RENDERER_VERSION } from '../../../rendering/renderer-version.ts'
import type { Renderer } from '../../../rendering/renderer.ts'
import { chatDocument, surroundingsOf } from './chat-document.ts'
import { chatFile } from './chat-file.ts'
import { type ChatPage, writeChatPage } from './chat-page.ts'
import { Html } from '../html.ts'

/** Goes up whenever the HTML around the messages changes; the renderer has a version of its own. */
const PAGE_VERSION = 5

const KEPT_PAGE = `page-${PAGE_VERSION}.${RENDERER_VERSION}`

const compress = promisify(gzip)

/**
 * What pages of a chat have in common, which is kept: a line of JSON for the page's head, then HTML. Around it goes
 * what depends on who looks.
 */
function keptPage(renderer: Renderer): Pick<ChatFormat, 'name' | 'write'> {
  return {
    name: KEPT_PAGE,
    async write(chat) {
      const { page, isFinal } = await writeChatPage(chat, renderer)
      const { main, ...head } = page
      return { bytes: Buffer.from(`${JSON.stringify(head)}\n${main.text}`), isFinal }
    },
  }
}

function readKeptPage(kept: Buffer): ChatPage {
  const end = kept.indexOf('\n')
  const head = JSON.parse(kept.toString('utf8', 0, end)) as Omit<ChatPage, 'main'>
  return { ...head, main: new Html(kept.toString('utf8', end + 1)) }
}

/** The chat as a page of this server. */
export function chatPageFormat(made: {
  readonly renderer: Renderer
  readonly isGzipped: boolean
  /** of this server, as the reader reaches it */
  readonly origin: string
  /** epoch milliseconds */
  readonly now: number
}): ChatFormat {
  const { renderer, isGzipped, origin, now } = made
  return {
    ...keptPage(renderer),
    async wrap(kept, view) {
      const bytes = Buffer.from(chatDocument(readKeptPage(kept), surroundingsOf(view, origin, now)).text)
      return isGzipped ? compress(bytes) : bytes
    },
    wrapping(view) {
      const { at, isOpen, onlyOwnerSees, usedView } = surroundingsOf(view, origin, now)
      const flags = (isGzipped ? 1 : 0) + (isOpen ? 2 : 0) + (usedView ? 4 : 0)
      return `${flags}${onlyOwnerSees ?? ''} ${at.origin}${at.path}`
    },
  }
}

/** The chat as a file that needs no server. */
export function chatFileFormat(renderer: Renderer): ExportFormat {
  return {
    ...keptPage(renderer),
    wrap: (kept) => Buffer.from(chatFile(readKeptPage(kept)).text),
    wrapping: () => 'file',
  }
}
