import type { Chat } from '../chats/chat.ts'
import { chatAsMarkdown } from '../chats/chat-as-markdown.ts'
import { ChatMessagesAnswer } from '../contract/chats.ts'
import { readMarkdown } from '../importing/markdown.ts'
import { asOwner, createApi, strangeAnswer } from './api.ts'
import { listOwnChats, pickOwnChat } from './own-chats.ts'
import { readSharedChat } from './read-shared-chat.ts'
import { findSession } from './session-file.ts'
import { readersServer, type Target } from './target.ts'

/** A chat, and its Markdown as the server writes it. */
export type ReadChat = { readonly chat: Chat; readonly markdown: string }

/** Reads a shared chat as a reader, or a chat of one's own by its id or name. */
export async function readChat(
  target: Target,
  options: { readonly server: string | undefined; readonly passwordFile: string | undefined },
): Promise<ReadChat> {
  const server = readersServer(target, options.server)
  const session = findSession(server)
  if (target.kind === 'share') {
    const markdown = await readSharedChat(createApi(server, session), target.uuid, options.passwordFile)
    const draft = readMarkdown(markdown)
    // A chat without messages has no headings to be recognised by.
    if (draft === undefined && !markdown.startsWith('# ')) throw strangeAnswer(server)
    const name = draft?.name ?? markdown.slice(2).split('\n')[0] ?? ''
    return { chat: { name, model: draft?.model ?? '', messages: draft?.messages ?? [] }, markdown }
  }
  const api = asOwner(server, session)
  const { chat: found } = pickOwnChat(await listOwnChats(api), target)
  const { chatMessages } = await api.call('GET', api.path(`/chats/${found.id}/messages`), ChatMessagesAnswer)
  const chat: Chat = {
    name: found.name,
    model: found.model,
    createdAt: Date.parse(found.created_at),
    updatedAt: Date.parse(found.updated_at),
    messages: chatMessages.map(({ role, content, created_at, updated_at }) => ({
      role,
      content,
      createdAt: Date.parse(created_at),
      updatedAt: Date.parse(updated_at),
    })),
  }
  return { chat, markdown: chatAsMarkdown(chat) }
}
