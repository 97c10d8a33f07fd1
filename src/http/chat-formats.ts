import type { ChatFormat } from '../actions/open-share.ts'
import { chatAsMarkdown } from '../chats/chat-as-markdown.ts'
import { presentSharedMessage } from './present.ts'

/** The JSON of the shared chat: its messages are kept, the share's flags go around them. */
export const jsonFormat: ChatFormat = {
  name: 'json',
  write: (chat) => Buffer.from(JSON.stringify(chat.messages.map(presentSharedMessage))),
  wrap: (messages, { info }) =>
    Buffer.concat([
      Buffer.from('{"chatMessages":'),
      messages,
      Buffer.from(`,"shareInfo":${JSON.stringify(info)}}`),
    ]),
  wrapping: ({ info }) => Object.values(info).map(Number).join(''),
}

/** The chat as text, for people, agents and `Accept: text/markdown`. */
export const markdownFormat: ChatFormat = {
  name: 'markdown',
  write: (chat) => Buffer.from(chatAsMarkdown(chat)),
  wrap: (text) => text,
  wrapping: () => '',
}
