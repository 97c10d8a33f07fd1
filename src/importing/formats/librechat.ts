import { pathTo } from '../conversation-tree.ts'
import type { ChatDraft, ConversationFormat, LeftOut, ReadOptions } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../streams/loose-json.ts'
import { joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { embedded, embeddedId } from '../embedded-files.ts'
import { textOfContent } from '../message-parts.ts'
import { startTurns } from '../turns.ts'

/**
 * LibreChat's export of a conversation: `messages` in a row, linked by `parentMessageId`, or `messagesTree`, where each
 * message holds its answers as `children`. A message's text is in `text`, in newer versions in `content` parts. With
 * several branches, the one that was written last is taken, as the page shows it.
 */
export const libreChat: ConversationFormat = {
  name: 'LibreChat',
  recognises: (value) => {
    // The page's own API answers with the messages alone.
    if (Array.isArray(value))
      return value.some((message) => isObject(message) && 'isCreatedByUser' in message)
    if (!isObject(value)) return false
    if (Array.isArray(value['messagesTree'])) return true
    return arrayOf(value['messages']).some(
      (message) =>
        isObject(message) &&
        ('isCreatedByUser' in message || ('sender' in message && 'messageId' in message)),
    )
  },
  read,
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const conversation = Array.isArray(value)
    ? { conversationId: objectOf(value[0])['conversationId'], messages: value }
    : objectOf(value)
  const leftOut: LeftOut = {}
  const turns = startTurns()
  let model: string | undefined
  const shown = shownMessages(conversation)
  leaveOut(leftOut, 'message from a replaced branch', countMessages(conversation) - shown.length)
  for (const message of shown) {
    if (message['error'] === true) {
      leaveOut(leftOut, 'error message')
      continue
    }
    const isUser =
      message['isCreatedByUser'] === true ||
      (message['isCreatedByUser'] === undefined &&
        /^user$/i.test(firstText(message['sender'], message['role']) ?? ''))
    const text = textOf(message, leftOut, options)
    turns.say(
      isUser ? 'user' : 'assistant',
      joinBlocks([...filesOf(message, leftOut), text]),
      firstTime(message['createdAt'], message['updatedAt']),
    )
    if (!isUser) model = firstText(message['model']) ?? model
  }
  const settings = objectOf(conversation['options'])
  return {
    source: 'librechat',
    id: firstId(conversation['conversationId'], conversation['_id']),
    name: firstText(conversation['title']),
    model:
      model ??
      firstText(settings['model'], conversation['model'], settings['modelLabel'], conversation['endpoint']),
    usualModel: 'LibreChat',
    createdAt: firstTime(conversation['createdAt']),
    messages: turns.messages,
    leftOut,
  }
}

function textOf(message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const text = firstText(textOfContent(message['content'], leftOut, options), message['text']) ?? ''
  // Before content had parts, thoughts stood in the text.
  const thought = /^\s*:::thinking\n([^]*?)\n:::(?:\n|$)/.exec(text)
  return thought === null
    ? text
    : joinBlocks([quotedReasoning(thought[1] ?? ''), text.slice(thought[0].length).trim()])
}

function countMessages(conversation: JsonObject): number {
  let count = 0
  const levels: unknown[][] = [arrayOf(conversation['messagesTree'] ?? conversation['messages'])]
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    for (const message of level.filter(isObject)) {
      count++
      levels.push(arrayOf(message['children']))
    }
  }
  return count
}

function shownMessages(conversation: JsonObject): JsonObject[] {
  if (Array.isArray(conversation['messagesTree'])) return lastBranch(arrayOf(conversation['messagesTree']))
  const messages = arrayOf(conversation['messages']).filter(isObject)
  const isTree = messages.some((message) => arrayOf(message['children']).some(isObject))
  return isTree ? lastBranch(messages) : lastPath(messages)
}

function lastBranch(tree: unknown[]): JsonObject[] {
  const path: JsonObject[] = []
  for (let siblings: unknown[] = tree; ;) {
    const shown: JsonObject | undefined = siblings.filter(isObject).at(-1)
    if (shown === undefined) return path
    path.push(shown)
    siblings = arrayOf(shown['children'])
  }
}

function lastPath(messages: JsonObject[]): JsonObject[] {
  const byId = new Map<string, JsonObject>()
  for (const message of messages) {
    const id = firstId(message['messageId'])
    if (id === undefined) return messages
    byId.set(id, message)
  }
  const parentOf = (id: string): string | undefined => {
    const parent = firstId(byId.get(id)?.['parentMessageId'])
    return parent !== undefined && byId.has(parent) ? parent : undefined
  }
  const isLinked = messages.some((message) => byId.has(firstId(message['parentMessageId']) ?? ''))
  const last = firstId(messages.at(-1)?.['messageId'])
  if (!isLinked || last === undefined) return messages
  return pathTo(last, parentOf).map((id) => objectOf(byId.get(id)))
}

function filesOf(message: JsonObject, leftOut: LeftOut): string[] {
  return [...arrayOf(message['files']), ...arrayOf(message['attachments'])]
    .filter(isObject)
    .map((file): string => {
      const what = (firstText(file['type']) ?? '').startsWith('image') ? 'image' : 'file'
      const id = embeddedId(file)
      if (id !== undefined) return embedded(id, what === 'image', firstText(file['filename'], file['name']))
      leaveOut(leftOut, what)
      return noteOf(what, firstText(file['filename'], file['name']))
    })
}
