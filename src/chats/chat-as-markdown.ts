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
 * The model's line stands there where the model is blank, too: other programs write such headings as well, and the line
 * tells that the file is ours. Lines in messages that look like these headings are escaped (see role-headings.ts).
 * Times are not in it; the JSON export keeps them.
 */
export function chatAsMarkdown(chat: Pick<Chat, 'name' | 'model' | 'messages'>): string {
  const blocks = [`# ${onOneLine(chat.name) || 'Untitled'}`, `Model: ${onOneLine(chat.model)}`.trimEnd()]
  for (const message of chat.messages) {
    blocks.push(headingOf[message.role], escapeRoleHeadings(message.content))
  }
  return `${blocks.join('\n\n')}\n`
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
