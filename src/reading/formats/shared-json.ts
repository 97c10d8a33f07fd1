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

/** The JSON of a shared chat: its messages are kept, the share's flags go around them. */
export const sharedJson: ChatFormat<ShareInfo> = {
  name: 'shared-json',
  version: 1,
  isStoredFrom: 256 * 1024,
  write: ({ messages }) => ({
    bytes: Buffer.from(JSON.stringify(messages.map(presentSharedMessage))),
    isFinal: true,
  }),
  surroundings: (view) => view?.info ?? unknownShareInfo,
  wrap: (messages, info) =>
    Buffer.concat([BEGIN, messages, Buffer.from(`,"shareInfo":${JSON.stringify(info)}}`)]),
}
