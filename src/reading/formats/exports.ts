import { chatAsJson } from '../../chats/chat-as-json.ts'
import { chatAsMarkdown } from '../../chats/chat-as-markdown.ts'
import { chatAsOpenAiMessages } from '../../chats/chat-as-openai-messages.ts'
import { bytesOfFile, replaceFiles } from '../../chats/file-bytes.ts'
import { plainFormat } from '../chat-format.ts'

/** The chat as text, for people, agents and `Accept: text/markdown`. */
export const markdown = plainFormat('markdown', 2, chatAsMarkdown)

/** The chat with all that an import takes back. */
export const exportedJson = plainFormat('exported-json', 1, chatAsJson)

/** The chat for programs that go on with it. */
export const openAiMessages = plainFormat('openai-messages', 1, chatAsOpenAiMessages)

/** The chat as Markdown that leads to its files, for a .zip that holds them beside it. */
export const markdownWithFiles = plainFormat('markdown-with-files', 1, (chat) =>
  chatAsMarkdown({
    ...chat,
    messages: chat.messages.map((message) => ({
      ...message,
      content: replaceFiles(message.content, chat.files, bytesOfFile),
    })),
  }),
)
