import type { Chat } from './chat.ts'

/** Writes a chat down message by message, so that nobody has to hold all of a large one. */
export interface ChatWriter<C extends Chat = Chat> {
  begin(chat: Omit<C, 'messages'>): string
  /** @param index from 0 */
  message(message: C['messages'][number], index: number): string
  /** @param count of all messages */
  end(count: number): string
}

export function writeWhole<C extends Chat>(writer: ChatWriter<C>, chat: C): string {
  const messages = chat.messages.map((message, index) => writer.message(message, index))
  return [writer.begin(chat), ...messages, writer.end(messages.length)].join('')
}
