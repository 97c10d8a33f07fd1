import { redacted } from '../../../src/scanning/finding.ts'
import type { AccountApi } from '../../../src/client/client.ts'
import type { Chat, Finding } from '../../../src/client/types.ts'
import { keyOf } from './key-of.ts'

/**
 * Puts `[redacted]` in the place of findings, in the chat itself. The chat is scanned once more before, as places are
 * only right for the text that was scanned.
 *
 * @returns how many were taken out
 */
export async function redactChat(
  api: AccountApi,
  chat: Pick<Chat, 'id' | 'name'>,
  chosen: readonly Finding[],
): Promise<number> {
  const wanted = new Set(chosen.map(keyOf))
  const { findings } = await api.scanChat(chat.id)
  const found = findings.filter((finding) => wanted.has(keyOf(finding)))
  const messages = await api.messages(chat.id)
  for (const message of messages) {
    const inMessage = found.filter(({ message_id: id }) => id === message.id)
    if (inMessage.length > 0) await api.changeMessage(message, redacted(message.content, inMessage))
  }
  const inName = found.filter(({ message_id: id }) => id === null)
  if (inName.length > 0) await api.renameChat(chat.id, redacted(chat.name, inName))
  return found.length
}
