import { chatJsonFormat } from '../../chats/chat-as-json.ts'
import type { Role } from '../../chats/chat.ts'
import { fileIdOf } from '../../chats/file-references.ts'
import { keptShort, pulledOutId } from '../embedded-files.ts'
import {
  type ChatDraft,
  type ConversationFormat,
  ImportError,
  type ImportedMessage,
  type ReadOptions,
} from '../imported-chat.ts'
import { arrayOf, firstText, firstTime, isObject, objectOf } from '../streams/loose-json.ts'
import { messageOf } from '../turns.ts'

/**
 * Our own JSON export (chats/chat-as-json.ts), which comes back without loss. Unlike other formats it is taken at its
 * word: an export that doesn't say what it should isn't guessed at.
 */
export const neptunShare: ConversationFormat = {
  name: 'Neptun Share',
  recognises: (value) => isObject(value) && value['format'] === chatJsonFormat,
  read,
}

function read(value: unknown, { files }: ReadOptions): ChatDraft {
  const chat = objectOf(value)
  if (chat['version'] !== 1) {
    throw new ImportError(
      'not-recognised',
      'It was exported by a newer version of Neptun Share than this one.',
    )
  }
  for (const file of arrayOf(chat['files']).filter(isObject)) {
    const id = firstText(file['id'])
    const name = firstText(file['name'])
    if (id === undefined || fileIdOf(`file:${id}`) !== id) continue
    // Its messages name it by the id that it had.
    const kept = pulledOutId(file['data']) ?? keptShort(file['data'], files)
    if (kept !== undefined) files?.rename(kept, { id, name })
  }
  return {
    source: 'neptun-share',
    name: typeof chat['name'] === 'string' ? chat['name'] : undefined,
    model: typeof chat['model'] === 'string' ? chat['model'] : undefined,
    createdAt: firstTime(chat['created_at']),
    updatedAt: firstTime(chat['updated_at']),
    messages: arrayOf(chat['messages']).map(readMessage),
    leftOut: {},
  }
}

function readMessage(value: unknown, index: number): ImportedMessage {
  const message = objectOf(value)
  const role = roleOf(message['role'])
  if (role === undefined || typeof message['content'] !== 'string') {
    throw new ImportError('damaged', `Its message ${index + 1} has no role or no content.`)
  }
  return messageOf(
    role,
    message['content'],
    firstTime(message['created_at']),
    firstTime(message['updated_at']),
  )
}

function roleOf(value: unknown): Role | undefined {
  return value === 'user' || value === 'assistant' ? value : undefined
}
