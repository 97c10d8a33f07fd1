import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Static } from 'typebox'
import type { Message } from '../../chats/message.ts'
import type { SharedMessage } from '../../contract/shares.ts'
import { type ShareInfo, unknownShareInfo } from '../../sharing/share-info.ts'
import type { ChatFormat } from '../chat-format.ts'

/** A message for a reader, field by field. */
export function presentSharedMessage(message: Message): Static<typeof SharedMessage> {
  const createdAt = new Date(message.createdAt).toISOString()
  return {
    id: message.id,
    content: message.content,
    role: message.role,
    timestamp: createdAt,
    created_at: createdAt,
    updated_at: new Date(message.updatedAt).toISOString(),
  }
}

const BEGIN = Buffer.from('{"chatMessages":')
const MESSAGES_AT_ONCE = 256

/** The JSON of a shared chat: its messages are kept, the share's flags go around them. */
export const sharedJson: ChatFormat<string> = {
  name: 'shared-json',
  version: 1,
  isStoredFrom: 256 * 1024,
  write: async ({ messages }) => ({ bytes: await writeMessages(messages), isFinal: true }),
  surroundings: (view) => endOf(view?.info ?? unknownShareInfo),
  wrap: (messages, end) => [BEGIN, messages, Buffer.from(end)],
  writer: (end) => ({
    begin: () => `${BEGIN.toString()}[`,
    message: (message, index) => `${index === 0 ? '' : ','}${JSON.stringify(presentSharedMessage(message))}`,
    end: () => `]${end}`,
  }),
}

function endOf(info: ShareInfo): string {
  return `,"shareInfo":${JSON.stringify(info)}}`
}

async function writeMessages(messages: readonly Message[]): Promise<Buffer> {
  if (messages.length <= MESSAGES_AT_ONCE)
    return Buffer.from(JSON.stringify(messages.map(presentSharedMessage)))
  const parts: Buffer[] = []
  for (let start = 0; start < messages.length; start += MESSAGES_AT_ONCE) {
    const some = messages.slice(start, start + MESSAGES_AT_ONCE).map(presentSharedMessage)
    const inside = JSON.stringify(some).slice(1, -1)
    parts.push(Buffer.from(`${start === 0 ? '[' : ','}${inside}`))
    // Others have their turn before the next ones.
    await nextTurn()
  }
  return Buffer.concat([...parts, Buffer.from(']')])
}
