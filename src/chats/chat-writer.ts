import type { Chat } from './chat.ts'
import type { ChatFile, ChatWithFiles } from './file-bytes.ts'

/** Writes a chat down message by message, so that nobody has to hold all of a large one. */
export interface ChatWriter<C extends Chat = Chat> {
  begin(chat: Omit<C, 'messages' | 'files'>): string
  /**
   * @param index from 0
   * @param files those that this message names, and maybe others
   */
  message(message: C['messages'][number], index: number, files: ReadonlyMap<string, ChatFile>): string
  /**
   * @param count of all messages
   * @param files all that they name, in the order in which they do
   */
  end(count: number, files: ReadonlyMap<string, ChatFile>): string
}

export function writeWhole<C extends ChatWithFiles>(writer: ChatWriter<C>, chat: C): string {
  const { files = new Map<string, ChatFile>() } = chat
  const messages = chat.messages.map((message, index) => writer.message(message, index, files))
  return [writer.begin(chat), ...messages, writer.end(messages.length, files)].join('')
}
