import type { Message } from '../../../chats/message.ts'
import type { ChatInBatches, WriteFor } from '../../../reading/chat-format.ts'
import { placeFiles } from '../../../rendering/place-files.ts'
import { renderPlainText } from '../../../rendering/render-plain-text.ts'
import type { MessageToRender, Renderer, RenderFor } from '../../../rendering/renderer.ts'
import { Html } from '../html.ts'
import {
  article,
  ARTICLES,
  chatMain,
  type ChatPage,
  contentsOf,
  type Entry,
  ENTRIES_PER_LIST,
  PIECE_CHARS,
  previewOf,
  SAYS_NOTHING,
  titleOf,
  writeEntries,
} from './chat-page.ts'

/** After so long, or when there was no time for so many messages, what is left is plain text, as it is in smaller pages. */
const MOST_RENDERING_MS = 30_000
const MOST_UNFINISHED = 3

/** Stands where questions go, as ARTICLES where messages go. */
const LISTS = new Html('\0lists\0')

/** What the page of a large chat is put into. */
export interface LargePageFrame {
  readonly around: (page: ChatPage) => Html
  /** says where files are */
  readonly withFiles: (text: string) => string
}

/** Writes a page down a few messages at a time, to what the whole page would be: it is in no memory. */
export async function* writeLargePage(
  chat: ChatInBatches,
  renderer: Renderer,
  { ownerId, signal }: WriteFor,
  { around, withFiles }: LargePageFrame,
): AsyncGenerator<Buffer> {
  const asked = { owner: String(ownerId), signal }
  const title = titleOf(chat)
  const preview = (await previewOf(title, await firstText(chat), renderer, asked)) ?? SAYS_NOTHING
  const { hasContents, main } = chatMain({ ...chat, title }, ARTICLES, LISTS)
  const { text } = around({ title, preview, hasContents, main })
  const [begin = '', afterArticles = ''] = text.split(ARTICLES.text)
  const [beforeLists = '', end = ''] = afterArticles.split(LISTS.text)
  yield Buffer.from(begin)
  for await (const piece of inPieces(articlesOf(chat, renderer, asked))) yield Buffer.from(withFiles(piece))
  yield Buffer.from(beforeLists)
  if (!hasContents) return
  for await (const piece of inPieces(listsOf(chat))) yield Buffer.from(piece)
  yield Buffer.from(end)
}

async function firstText(chat: ChatInBatches): Promise<string> {
  for await (const { messages } of chat.batches()) return messages[0]?.content ?? ''
  return ''
}

async function* articlesOf(
  chat: ChatInBatches,
  renderer: Renderer,
  asked: RenderFor,
): AsyncGenerator<string> {
  let number = 1
  let before: Message | undefined
  let renderingMs = 0
  let unfinished = 0
  for await (const { messages, files } of chat.batches()) {
    const began = performance.now()
    const hasTime = renderingMs < MOST_RENDERING_MS && unfinished < MOST_UNFINISHED
    const rendered = hasTime ? await renderer.render(numbered(messages, number), asked) : []
    renderingMs += performance.now() - began
    for (const [index, message] of messages.entries()) {
      const { html = renderPlainText(message.content), isFinal = true } = rendered[index] ?? {}
      if (!isFinal) unfinished++
      yield article(message, number++, placeFiles(html, files), before).text
      before = message
    }
  }
}

function numbered(messages: readonly Message[], first: number): MessageToRender[] {
  return messages.map(({ content }, index) => ({ id: first + index, content }))
}

/** In the lists that the whole page has: the last of a batch that fill none wait for the next ones. */
async function* listsOf(chat: ChatInBatches): AsyncGenerator<string> {
  let number = 1
  let waiting: readonly Entry[] = []
  for await (const { messages } of chat.batches()) {
    const entries = [...waiting, ...(await contentsOf(messages, number))]
    number += messages.length
    const full = entries.length - (entries.length % ENTRIES_PER_LIST)
    waiting = entries.slice(full)
    yield* textsOf(entries.slice(0, full))
  }
  yield* textsOf(waiting)
}

function textsOf(entries: readonly Entry[]): string[] {
  return writeEntries(entries).lists.map(({ text }) => text)
}

/** Texts put together: a piece for each small one would cost more than what is in it. None is cut. */
async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece: string[] = []
  let chars = 0
  for await (const text of texts) {
    piece.push(text)
    chars += text.length
    if (chars < PIECE_CHARS) continue
    yield piece.join('')
    piece = []
    chars = 0
  }
  yield piece.join('')
}
