import { setImmediate } from 'node:timers/promises'
import {
  type ChatOutline,
  outlineOf,
  type ReadableChat,
  type WriteFor,
} from '../../../reading/chat-format.ts'
import type { Message } from '../../../chats/message.ts'
import { shownModel } from '../../../chats/shown-model.ts'
import { plainExcerpt, visibleText } from '../../../rendering/plain-excerpt.ts'
import { messageLength } from '../../../rendering/message-length.ts'
import { placeFiles } from '../../../rendering/place-files.ts'
import type { PreviewText } from '../../../rendering/preview.ts'
import type { Renderer, RenderFor } from '../../../rendering/renderer.ts'
import { textWithoutSteps } from '../../../rendering/steps/step-fences.ts'
import { mayHoldFindings } from '../../../scanning/may-hold-findings.ts'
import { Html, html } from '../html.ts'
import { messageBody } from './message-body.ts'
import { exactTime, fullDate, isSameDay, timeOfMessage } from '../times.ts'

/** What a chat's page is put together of, whoever looks at it. */
export interface ChatPage {
  readonly title: string
  /** the title and the first words, without anything that better isn't shown */
  readonly preview: PreviewText
  readonly hasContents: boolean
  readonly main: Html
}

/** Stands where messages go, which may be too many to be one text; no text has NUL. */
export const ARTICLES = new Html('\0articles\0')

/** Of so many chars, at least, is a piece of a page: for each small message one would cost more than what is in it. */
export const PIECE_CHARS = 128 * 1024

/** From this many questions on, a chat has a table of contents. */
const LONG_CHAT = 4
const DESCRIPTION_CHARS = 200
/** What a description is made of: marks take room, and a secret has to be there whole. */
const PREVIEWED_CHARS = 8_000
const ENTRY_CHARS = 90
const ENTRIES_AT_ONCE = 20
/** Entries stand in lists of so many, and browsers pass over whole lists that are off the screen. */
export const ENTRIES_PER_LIST = 20

/**
 * Writes the page's content down; messages are numbered from 1, which is what links to them name.
 *
 * @returns main in pieces, in none of which a message is cut: links alone can make it twelve times as large as the chat
 */
export async function writeChatPage(
  chat: ReadableChat,
  renderer: Renderer,
  { ownerId, signal }: WriteFor,
): Promise<{
  readonly page: Omit<ChatPage, 'main'>
  readonly main: Iterable<string>
  readonly isFinal: boolean
}> {
  const { messages } = chat
  const asked = { owner: String(ownerId), signal }
  const title = titleOf(chat)
  const [preview, rendered] = await Promise.all([
    previewOf(title, messages[0]?.content ?? '', renderer, asked),
    renderer.render(
      messages.map(({ content }, index) => ({ id: index + 1, content })),
      asked,
    ),
  ])
  const isFinal = preview !== undefined && rendered.every((one) => one.isFinal)
  const entries = await contentsOf(messages)
  const { hasContents, main } = chatMain(
    { ...chat, title, outline: outlineOf(messages) },
    ARTICLES,
    writeEntries(entries).lists,
  )
  const page = { title, preview: preview ?? SAYS_NOTHING, hasContents }
  const htmls = rendered.map(({ html: rendering }) => rendering)
  return { page, main: piecesOf(main, chat, htmls), isFinal }
}

/** @param htmls of the messages; let go one by one, as each is written */
function* piecesOf(
  { text }: Html,
  { messages, files }: ReadableChat,
  htmls: string[],
): Generator<string, void> {
  const [begin = '', end = ''] = text.split(ARTICLES.text)
  let piece = begin
  for (const [index, message] of messages.entries()) {
    const rendering = placeFiles(htmls[index] ?? '', files)
    htmls[index] = ''
    piece += article(message, index + 1, rendering, messages[index - 1]).text
    if (piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
  }
  yield piece + end
}

export function titleOf({ name }: { readonly name: string }): string {
  return visibleText(name) || 'Untitled chat'
}

/** What is in a page besides what all pages have around it. @param lists of the user's questions */
export function chatMain(
  chat: { readonly title: string; readonly model: string; readonly outline: ChatOutline },
  articles: Html | readonly Html[],
  lists: Html | readonly Html[],
): Pick<ChatPage, 'hasContents' | 'main'> {
  const { title, outline } = chat
  const hasContents = outline.questions >= LONG_CHAT
  return {
    hasContents,
    // The questions come last, or a browser reads all of them before it paints a message.
    main: html`<main id="main" class="chat">
        ${hasContents && html`<a class="skip to-contents" href="#contents">Skip to the questions</a>`}
        <header class="chat-head">
          <h1 dir="auto">${title}</h1>
          <p class="facts">${facts(chat)}</p>
        </header>
        ${outline.count === 0 && html`<p class="empty">There are no messages in this chat yet.</p>`}
        ${articles}
      </main>
      ${hasContents && contents(lists)}`,
  }
}

/** What a page is shown as elsewhere whose preview couldn't be written yet. */
export const SAYS_NOTHING: PreviewText = { title: 'A shared chat', description: '' }

/** @returns undefined where there was no time for it */
export async function previewOf(
  title: string,
  first: string,
  renderer: Renderer,
  asked: RenderFor,
): Promise<PreviewText | undefined> {
  const content = textWithoutSteps(first, PREVIEWED_CHARS)
  if (mayHoldFindings(`${title} ${content}`))
    return renderer.preview({ title, content, maxChars: DESCRIPTION_CHARS }, asked)
  return { title, description: plainExcerpt(content, DESCRIPTION_CHARS) }
}

const wholeNumber = new Intl.NumberFormat('en')

function facts({ model, outline }: { readonly model: string; readonly outline: ChatOutline }): Html {
  const name = visibleText(shownModel(model))
  const { count: messages, firstAt, lastAt } = outline
  const count = messages === 1 ? '1 message' : `${wholeNumber.format(messages)} messages`
  const dates = messages > 0 && spanOfDays(firstAt, lastAt)
  return html`${name !== '' && html`<span class="model">${name}</span>`}<span>${count}</span>${dates}`
}

function spanOfDays(from: number, to: number): Html {
  const begin = html`<time datetime="${exactTime(from)}">${fullDate(from)}</time>`
  if (isSameDay(from, to)) return html`<span>${begin}</span>`
  return html`<span>${begin} – <time datetime="${exactTime(to)}">${fullDate(to)}</time></span>`
}

export interface Entry {
  readonly number: number
  readonly text: string
}

/** The user's questions; between some of them others get their turn. @param number of the first message */
export async function contentsOf(messages: readonly Message[], number = 1): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== 'user') continue
    entries.push({ number: number + index, text: plainExcerpt(content, ENTRY_CHARS) || '…' })
    if (entries.length % ENTRIES_AT_ONCE === 0) await setImmediate()
  }
  return entries
}

/** Beside the chat where there is room; elsewhere the button in the page's head opens it, without script. */
function contents(lists: Html | readonly Html[]): Html {
  return html`<nav id="contents" class="contents" popover aria-label="Questions in this chat">
    <p class="contents-title">Questions</p>
    ${lists}
  </nav> `
}

/** Entries as they stand in the list of questions. */
export function writeEntries(entries: readonly Entry[]): { readonly lists: readonly Html[] } {
  return {
    lists: inLists(entries).map(
      (list) =>
        html`<ol>
          ${list.map(({ number, text }) => html`<li><a href="#message-${number}" dir="auto">${text}</a></li>`)}
        </ol>`,
    ),
  }
}

function inLists(entries: readonly Entry[]): (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / ENTRIES_PER_LIST) }, (_, index) =>
    entries.slice(index * ENTRIES_PER_LIST, (index + 1) * ENTRIES_PER_LIST),
  )
}

/** @param rendered safe HTML @param before the message before it */
export function article(
  message: Message,
  number: number,
  rendered: string,
  before: Message | undefined,
): Html {
  const speaker = message.role === 'user' ? 'User' : 'Assistant'
  const length = messageLength(message.content, message.role)
  const time = timeOfMessage(message.createdAt, before?.createdAt)
  return html`<article
    id="message-${number}"
    class="message ${message.role} ${length.heightClass}"
    aria-label="${speaker}, message ${number}"
  >
    <header class="message-head">
      <span class="face"></span>
      <h2>${speaker}</h2>
      ${time !== undefined && html`<time datetime="${exactTime(message.createdAt)}">${time}</time>`}
      <a class="number" href="#message-${number}" aria-label="Link to message ${number}">#${number}</a>
    </header>
    ${messageBody(rendered, length)}
  </article> `
}
