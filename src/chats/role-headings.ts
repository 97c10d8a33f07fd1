import type { Role } from './chat.ts'

/**
 * The headings that part a chat's Markdown into messages, and how a message may contain them itself.
 *
 * A line that is `## User` or `## Assistant` and nothing else (spaces at its end don't count) begins a message.
 * Where a message itself has such a line, it is written with a backslash before it: `\## User`, which Markdown
 * shows as the plain text "## User". A line that already has backslashes there gets one more, so that reading
 * takes away exactly what writing added. No other line is touched.
 */
export const headingOf: Record<Role, string> = { user: '## User', assistant: '## Assistant' }

const roleHeading = /^## (User|Assistant)[ \t\r]*$/
const escapable = /^\\*## (?:User|Assistant)[ \t\r]*$/

/** The role whose message this line begins, or undefined where it is an ordinary line. */
export function roleOfHeading(line: string): Role | undefined {
  const name = roleHeading.exec(line)?.[1]
  return name === undefined ? undefined : name === 'User' ? 'user' : 'assistant'
}

/** A message's text so that none of its lines is taken for the beginning of another message. */
export function escapeRoleHeadings(content: string): string {
  if (!content.includes('## ')) return content
  return content
    .split('\n')
    .map((line) => (escapable.test(line) ? `\\${line}` : line))
    .join('\n')
}

/** A line as it was before {@link escapeRoleHeadings}. */
export function unescapeRoleHeading(line: string): string {
  return line.startsWith('\\') && escapable.test(line) ? line.slice(1) : line
}
