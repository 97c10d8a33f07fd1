import type { ChatFormat, ExportFormat, ReadableChat, WrittenChat } from '../../reading/open-share.ts'
import { chatAsJson } from '../../chats/chat-as-json.ts'
import { chatAsMarkdown } from '../../chats/chat-as-markdown.ts'
import { chatAsOpenAiMessages } from '../../chats/chat-as-openai-messages.ts'
import { presentSharedMessage } from '../output/present.ts'

/** The JSON of the shared chat: its messages are kept, the share's flags go around them. */
export const jsonFormat: ChatFormat = {
  name: 'json',
  write: (chat) => written(JSON.stringify(chat.messages.map(presentSharedMessage))),
  wrap: (messages, { info }) =>
    Buffer.concat([
      Buffer.from('{"chatMessages":'),
      messages,
      Buffer.from(`,"shareInfo":${JSON.stringify(info)}}`),
    ]),
  // One bit a flag: texts would be put together anew for each read.
  wrapping: ({ info }) =>
    (info.shareExists ? 1 : 0) +
    (info.shareIsActive ? 2 : 0) +
    (info.shareIsPrivate ? 4 : 0) +
    (info.shareHasPassword ? 8 : 0) +
    (info.shareHasWhitelist ? 16 : 0),
}

/** The chat as text, for people, agents and `Accept: text/markdown`. */
export const markdownFormat: ExportFormat = asItIs('markdown', chatAsMarkdown)

/** The chat with all that an import takes back. */
export const exportedJsonFormat: ExportFormat = asItIs('exported-json', chatAsJson)

/** The chat for programs that go on with it. */
export const openAiFormat: ExportFormat = asItIs('openai', chatAsOpenAiMessages)

function asItIs(name: string, write: (chat: ReadableChat) => string): ExportFormat {
  return { name, write: (chat) => written(write(chat)), wrap: (kept) => kept, wrapping: () => '' }
}

function written(text: string): WrittenChat {
  return { bytes: Buffer.from(text), isFinal: true }
}
