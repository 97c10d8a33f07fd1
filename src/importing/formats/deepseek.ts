import { pathTo } from '../conversation-tree.ts'
import type { ChatDraft, ConversationFormat, LeftOut, ReadOptions } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { textOfContent } from '../message-parts.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
  ownField,
} from '../streams/loose-json.ts'
import { joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { startTurns } from '../turns.ts'

/**
 * DeepSeek's data export, `conversations.json`: a tree in `mapping` like ChatGPT's, whose messages have `fragments`
 * (REQUEST, THINK, SEARCH, RESPONSE); before 2025-06 `content` and `reasoning_content`. The branch written last is shown.
 */
export const deepSeek: ConversationFormat = {
  name: 'DeepSeek',
  recognises: (value) => {
    if (!isObject(value) || !isObject(value['mapping'])) return false
    for (const id in value['mapping']) {
      const message = objectOf(ownField(value['mapping'], id))['message']
      if (isObject(message)) return isOfDeepSeek(message)
    }
    return 'inserted_at' in value
  },
  read,
}

function isOfDeepSeek(message: JsonObject): boolean {
  return Array.isArray(message['fragments']) || ('inserted_at' in message && !isObject(message['author']))
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const conversation = objectOf(value)
  const mapping = objectOf(conversation['mapping'])
  const leftOut: LeftOut = {}
  const turns = startTurns([])
  const parentOf = (id: string): string | undefined => {
    const parent = firstId(objectOf(ownField(mapping, id))['parent'])
    return parent !== undefined && Object.hasOwn(mapping, parent) ? parent : undefined
  }
  const leaf = latestLeaf(mapping)
  const path = leaf === undefined ? [] : pathTo(leaf, parentOf)
  const all = Object.keys(mapping).filter((id) => isObject(messageOf(mapping, id)))
  const shown = path.filter((id) => isObject(messageOf(mapping, id)))
  leaveOut(leftOut, 'message from a replaced branch', all.length - shown.length)
  let model: string | undefined
  for (const [index, id] of shown.entries()) {
    const message = objectOf(messageOf(mapping, id))
    const role = roleOf(message, index)
    turns.say(role, textOf(message, leftOut, options), firstTime(message['inserted_at']))
    if (role === 'assistant') model = firstText(message['model']) ?? model
  }
  return {
    source: 'deepseek',
    id: firstId(conversation['id']),
    name: firstText(conversation['title']),
    model,
    usualModel: 'DeepSeek',
    createdAt: firstTime(conversation['inserted_at']),
    updatedAt: firstTime(conversation['updated_at']),
    messages: turns.messages,
    leftOut,
  }
}

function messageOf(mapping: JsonObject, id: string): unknown {
  return objectOf(ownField(mapping, id))['message']
}

/** The newest node that nobody follows. */
function latestLeaf(mapping: JsonObject): string | undefined {
  const followed = new Set(Object.values(mapping).map((node) => firstId(objectOf(node)['parent'])))
  const leaves = Object.keys(mapping).filter((id) => !followed.has(id))
  const timeOf = (id: string): number => firstTime(objectOf(messageOf(mapping, id))['inserted_at']) ?? 0
  return leaves.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1) ?? Object.keys(mapping).at(-1)
}

function roleOf(message: JsonObject, index: number): 'user' | 'assistant' {
  const role = firstText(message['role'])?.toLowerCase()
  if (role !== undefined) return role === 'user' ? 'user' : 'assistant'
  const kinds = arrayOf(message['fragments']).map((fragment) => objectOf(fragment)['type'])
  if (kinds.length > 0) return kinds.includes('REQUEST') ? 'user' : 'assistant'
  return index % 2 === 0 ? 'user' : 'assistant'
}

function textOf(message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const files = arrayOf(message['files'])
    .filter(isObject)
    .map((file) => {
      leaveOut(leftOut, 'file')
      return noteOf('file', firstText(file['file_name'], file['name']))
    })
  const thought = firstText(message['reasoning_content'], message['thinking_content'])
  const fragments = arrayOf(message['fragments']).filter(isObject)
  return joinBlocks([
    ...files,
    thought === undefined ? '' : quotedReasoning(thought),
    ...fragments.map((fragment) => textOfFragment(fragment, leftOut)),
    fragments.length > 0 ? '' : textOfContent(message['content'], leftOut, options),
  ])
}

function textOfFragment(fragment: JsonObject, leftOut: LeftOut): string {
  const content = firstText(fragment['content']) ?? ''
  switch (fragment['type']) {
    case 'THINK':
      return content === '' ? '' : quotedReasoning(content)
    case 'SEARCH':
    case 'TOOL_SEARCH':
    case 'READ_LINK':
      leaveOut(leftOut, 'search result', arrayOf(fragment['results']).length || 1)
      return ''
    default:
      return content
  }
}
