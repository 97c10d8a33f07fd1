import { fileIdsIn } from '../../chats/file-references.ts'
import type { Message } from '../../chats/message.ts'
import { placeFiles } from '../../rendering/place-files.ts'
import { listFiles } from '../../storage/queries/files.ts'
import { listMessagesFrom } from '../../storage/queries/messages.ts'
import type { Context } from '../context.ts'
import { getChat } from './chats.ts'

// HTML may have a multiple of it, and a screen shows a few thousand.
const MOST_CHARS = 1024 * 1024

/** A message of one's own chat, and its HTML as readers get it. */
export interface RenderedOwnMessage {
  readonly message: Message
  /** safe to put into a page; addresses of files begin with FILE_MARK */
  readonly html: string
  /** false where there was no time to render it whole: asking again may do better */
  readonly isFinal: boolean
}

/**
 * Renders some messages of a chat for its owner, as the chat's page has them.
 *
 * @param from the first one's number, from 1, which is what links to messages name
 * @returns fewer than `count` where they are very long, and at the end of the chat; at least one where there is one
 */
export async function renderMessages(
  context: Context,
  { userId, chatId, from, count }: { userId: number; chatId: number; from: number; count: number },
  signal?: AbortSignal,
): Promise<RenderedOwnMessage[]> {
  await getChat(context, userId, chatId)
  const messages = notTooMuch(await listMessagesFrom(context.store.read, chatId, from, count))
  const rendered = await context.renderer.render(
    messages.map(({ content }, index) => ({ id: from + index, content })),
    { owner: String(userId), ...(signal && { signal }) },
  )
  const ids = new Set(messages.flatMap(({ content }) => fileIdsIn(content)))
  const files = new Map(
    (await listFiles(context.store.read, userId, [...ids])).map((file) => [file.id, file]),
  )
  return messages.map((message, index) => ({
    message,
    html: placeFiles(rendered[index]?.html ?? '', files),
    isFinal: rendered[index]?.isFinal ?? false,
  }))
}

/** The first ones, of so many characters together. */
function notTooMuch(messages: readonly Message[]): Message[] {
  let chars = 0
  return messages.filter(({ content }, index) => (chars += content.length) <= MOST_CHARS || index === 0)
}
