import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ChatFormat } from '../../actions/open-share.ts'
import { RENDERER_VERSION } from '../../rendering/renderer-version.ts'
import type { Renderer } from '../../rendering/renderer.ts'
import { chatDocument, surroundingsOf } from './chat-document.ts'
import { type ChatPage, writeChatPage } from './chat-page.ts'
import { Html } from './html.ts'

/** Goes up whenever the HTML around the messages changes; the renderer has a version of its own. */
const PAGE_VERSION = 1

const compress = promisify(gzip)

/**
 * The chat as a page. Kept is what all readers get: a line of JSON for the page's head, then HTML. Around it goes
 * what depends on who looks.
 */
export function chatPageFormat(made: {
  readonly renderer: Renderer
  readonly isGzipped: boolean
  /** epoch milliseconds */
  readonly now: number
}): ChatFormat {
  const { renderer, isGzipped, now } = made
  return {
    name: `page-${PAGE_VERSION}.${RENDERER_VERSION}`,
    async write(chat) {
      const { main, ...head } = await writeChatPage(chat, renderer)
      return Buffer.from(`${JSON.stringify(head)}\n${main.text}`)
    },
    async wrap(kept, view) {
      const end = kept.indexOf('\n')
      const head = JSON.parse(kept.toString('utf8', 0, end)) as Omit<ChatPage, 'main'>
      const page = { ...head, main: new Html(kept.toString('utf8', end + 1)) }
      const bytes = Buffer.from(chatDocument(page, surroundingsOf(view, now)).text)
      return isGzipped ? compress(bytes) : bytes
    },
    wrapping: (view) => JSON.stringify([isGzipped, surroundingsOf(view, now)]),
  }
}
