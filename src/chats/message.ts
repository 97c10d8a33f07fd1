import type { Role } from './chat.ts'

/** One message of a chat, as everyone who may view it sees it. Times are epoch milliseconds. */
export interface Message {
  readonly id: number
  readonly role: Role
  readonly content: string
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * Message text as it is stored: chats contain NUL, which PostgreSQL refuses and nobody reads, and halves of
 * surrogate pairs, which UTF-8 can't carry.
 */
export function cleanMessageText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
