import type { Message } from './message.ts'

/** What deleting the last exchange takes away; null for what wasn't there. */
export interface TrailingExchange {
  readonly assistant: Message | null
  readonly user: Message | null
}

/**
 * The trailing assistant message, if any, and the user message before it.
 *
 * @param last the chat's last two messages, in the order of the conversation
 */
export function trailingExchange(last: readonly Message[]): TrailingExchange {
  const end = last.at(-1)
  const assistant = end?.role === 'assistant' ? end : null
  const before = assistant ? last.at(-2) : end
  return { assistant, user: before?.role === 'user' ? before : null }
}
