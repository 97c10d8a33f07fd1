import type { Role } from '../chats/chat.ts'
import type { ImportedMessage } from './imported-chat.ts'

/**
 * Collects messages so that what one party says without interruption is one message: sources split an answer
 * wherever a tool ran, which we leave out.
 */
export type Turns = {
  say: (role: Role, text: string, at: number | undefined) => void
  messages: ImportedMessage[]
}

export function startTurns(joined: readonly Role[] = ['assistant']): Turns {
  const messages: ImportedMessage[] = []
  const say = (role: Role, text: string, at: number | undefined): void => {
    if (text.trim() === '') return
    const last = messages.at(-1)
    if (last?.role === role && joined.includes(role)) {
      last.content += `\n\n${text}`
      return
    }
    messages.push(messageOf(role, text, at))
  }
  return { say, messages }
}

export function messageOf(
  role: Role,
  content: string,
  createdAt: number | undefined,
  updatedAt?: number,
): ImportedMessage {
  const message: ImportedMessage = { role, content }
  if (createdAt !== undefined) message.createdAt = createdAt
  if (updatedAt !== undefined) message.updatedAt = updatedAt
  return message
}
