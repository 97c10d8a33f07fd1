import type { Chat } from './chat.ts'
import { type ChatWriter, writeWhole } from './chat-writer.ts'
import { escapeRoleHeadings, headingOf } from './role-headings.ts'

/** See {@link chatAsMarkdown}. */
export const markdownWriter: ChatWriter = {
  begin: ({ name, model }) =>
    `# ${onOneLine(name) || 'Untitled'}\n\n${`Model: ${onOneLine(model)}`.trimEnd()}`,
  message: ({ role, content }) => `\n\n${headingOf[role]}\n\n${escapeRoleHeadings(content)}`,
  end: () => '\n',
}

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
  return writeWhole(markdownWriter, chat)
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
