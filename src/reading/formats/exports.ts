import { jsonWriter } from '../../chats/chat-as-json.ts'
import { markdownWriter } from '../../chats/chat-as-markdown.ts'
import { openAiWriter } from '../../chats/chat-as-openai-messages.ts'
import { plainFormat } from '../chat-format.ts'

/** The chat as text, for people, agents and `Accept: text/markdown`. */
export const markdown = plainFormat('markdown', 2, markdownWriter)

/** The chat with all that an import takes back. */
export const exportedJson = plainFormat('exported-json', 1, jsonWriter)

/** The chat for programs that go on with it. */
export const openAiMessages = plainFormat('openai-messages', 1, openAiWriter)
