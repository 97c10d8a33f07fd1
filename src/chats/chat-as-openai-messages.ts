import type { Chat } from './chat.ts'
import { type ChatWriter, writeWhole } from './chat-writer.ts'
import { inList } from './indented-list.ts'

/** See {@link chatAsOpenAiMessages}. */
export const openAiWriter: ChatWriter = {
  begin: ({ model }) => inList.before({ model, messages: [] }),
  message: ({ role, content }, index) => inList.item({ role, content }, index),
  end: inList.after,
}

/**
 * A chat as the body that OpenAI's Chat Completions and the many servers like it take, `{ "model", "messages":
 * [{ "role", "content" }] }`: a program can continue the conversation with it.
 */
export function chatAsOpenAiMessages(chat: Pick<Chat, 'model' | 'messages'>): string {
  return writeWhole(openAiWriter, { name: '', ...chat })
}
