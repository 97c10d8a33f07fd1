import type { Chat } from './chat.ts'

/**
 * A chat as the body that OpenAI's Chat Completions and the many servers like it take, `{ "model", "messages":
 * [{ "role", "content" }] }`: a program can continue the conversation with it.
 */
export function chatAsOpenAiMessages(chat: Pick<Chat, 'model' | 'messages'>): string {
  const messages = chat.messages.map(({ role, content }) => ({ role, content }))
  return `${JSON.stringify({ model: chat.model, messages }, null, 2)}\n`
}
