import type { Chat } from './chat.ts'
import { escapeRoleHeadings, headingOf } from './role-headings.ts'

/**
 * A chat as Markdown that people read, agents quote and our own import takes back message by message, to the letter:
 *
 *     # The name
 *
 *     Model: the-model
 *
 *     ## User
 *
 *     What was asked
 *
 *     ## Assistant
 *
 *     What was answered
 *
 * The model's line is missing where the model is blank, unless one role alone speaks: then a heading in a message might
 * be taken for the other's, as other programs write them, and the line tells that the file is ours. Lines in messages
 * that look like these headings are escaped (see role-headings.ts). Times are not in it; the JSON export keeps them.
 */
export function chatAsMarkdown(chat: Pick<Chat, 'name' | 'model' | 'messages'>): string {
  const model = onOneLine(chat.model)
  const blocks = [`# ${onOneLine(chat.name) || 'Untitled'}`]
  if (model !== '' || mayBeTakenForOthers(chat.messages)) blocks.push(`Model: ${model}`)
  for (const message of chat.messages) {
    blocks.push(headingOf[message.role], escapeRoleHeadings(message.content))
  }
  return `${blocks.join('\n\n')}\n`
}

function mayBeTakenForOthers(messages: Chat['messages']): boolean {
  const [first] = messages
  return (
    messages.every(({ role }) => role === first?.role) &&
    messages.some(({ content }) => content.includes('##'))
  )
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
