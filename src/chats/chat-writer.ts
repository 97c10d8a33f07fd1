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

/** The same of a large chat, a piece for each batch of its messages. @param batches with the files that were named so far */
export async function* writeInBatches<C extends Chat>(
  writer: ChatWriter<C>,
  facts: Omit<C, 'messages' | 'files'>,
  batches: AsyncIterable<{
    readonly messages: readonly C['messages'][number][]
    readonly files: ReadonlyMap<string, ChatFile>
  }>,
): AsyncGenerator<string, undefined> {
  yield writer.begin(facts)
  let count = 0
  let named: ReadonlyMap<string, ChatFile> = new Map()
  for await (const { messages, files } of batches) {
    yield messages.map((message) => writer.message(message, count++, files)).join('')
    named = files
  }
  yield writer.end(count, named)
}
