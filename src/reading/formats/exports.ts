import { jsonWriter } from '../../chats/chat-as-json.ts'
import { chatAsMarkdown, markdownWriter } from '../../chats/chat-as-markdown.ts'
import { openAiWriter } from '../../chats/chat-as-openai-messages.ts'
import { bytesOfFile, replaceFiles } from '../../chats/file-bytes.ts'
import { type ChatFormat, plainFormat } from '../chat-format.ts'

/** The chat as text, for people, agents and `Accept: text/markdown`. */
export const markdown = plainFormat('markdown', 2, markdownWriter)

/** The chat with all that an import takes back. */
export const exportedJson = plainFormat('exported-json', 1, jsonWriter)

/** The chat for programs that go on with it. */
export const openAiMessages = plainFormat('openai-messages', 1, openAiWriter)

/** The chat as Markdown that leads to its files, for a .zip that holds them beside it: before it, so all is taken at once. */
export const markdownWithFiles: ChatFormat<null> = {
  name: 'markdown-with-files',
  version: 1,
  isStoredFrom: Infinity,
  write({ files, ...chat }) {
    const messages = chat.messages.map((message) => ({
      ...message,
      content: replaceFiles(message.content, files, bytesOfFile),
    }))
    return { bytes: Buffer.from(chatAsMarkdown({ ...chat, messages })), isFinal: true }
  },
  surroundings: () => null,
  wrap: (kept) => [kept],
}
