import { pathTo } from '../../conversation-tree.ts'
import type { ChatDraft, ConversationFormat, LeftOut, ReadOptions } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { textOfContent } from '../../message-parts.ts'
import { arrayOf, firstId, firstText, isObject } from '../../streams/loose-json.ts'
import { joinBlocks, quotedReasoning } from '../../text/markdown-blocks.ts'
import { firstWrittenTime } from '../../text/read-time.ts'
import { rolesOf } from '../../text/roles-of.ts'
import { startTurns } from '../../turns.ts'
import { hasAll, valuesAt } from './fields.ts'
import type { FlatFormat, ListFormat, MessageFields } from './list-format.ts'
import { flatFormats, listFormats, shownVersion } from './list-formats.ts'

/** The formats of the table, as any other. */
export const listConversations: readonly ConversationFormat[] = [
  ...listFormats.map(conversationFormat),
  ...flatFormats.map(flatConversations),
]

function conversationFormat(format: ListFormat): ConversationFormat {
  return {
    name: format.name,
    conversationsIn: (value) => {
      if (format.conversations === undefined) return undefined
      const lists = valuesAt(value, format.conversations).filter(Array.isArray)
      return lists.find((list) => list.some((one) => recognises(format, one)))
    },
    recognises: (value) => recognises(format, value),
    read: (value, options) => read(format, value, options),
  }
}

function recognises(format: ListFormat, value: unknown): boolean {
  if (!isObject(value) || !hasAll(value, format.has)) return false
  const messages = listAt(value, format.messages)
  if (messages === undefined) return false
  if (format.messageHas === undefined) return format.has.includes(' ')
  return messages.some((message) => hasAll(message, format.messageHas))
}

/** The first of some lists that is one. */
function listAt(value: unknown, fields: string): unknown[] | undefined {
  return valuesAt(value, fields).find(Array.isArray)
}

function read(format: ListFormat, value: unknown, options: ReadOptions): ChatDraft {
  const leftOut: LeftOut = {}
  const { messages, model } = readMessages(
    format.message,
    listAt(value, format.messages) ?? [],
    leftOut,
    options,
  )
  return {
    source: format.source,
    ...keyOf(firstId(...valuesAt(value, format.id))),
    name: firstText(...valuesAt(value, format.title)),
    model: model ?? firstText(...valuesAt(value, format.model)),
    ...(format.usualModel === undefined ? {} : { usualModel: format.usualModel }),
    createdAt: firstWrittenTime(...valuesAt(value, format.createdAt)),
    updatedAt: firstWrittenTime(...valuesAt(value, format.updatedAt)),
    messages,
    leftOut,
  }
}

/** Programs number their conversations from 0, so only what looks random is an id. */
export function keyOf(id: string | undefined, isId = true): Pick<ChatDraft, 'id' | 'keyHint'> {
  return isId && id !== undefined && id.length >= 16 && /[^\d]/.test(id) ? { id } : { keyHint: id }
}

type Read = Pick<ChatDraft, 'messages' | 'model'>

function readMessages(
  fields: MessageFields,
  elements: readonly unknown[],
  leftOut: LeftOut,
  options: ReadOptions,
): Read {
  const all = elements
    .map((element) => (isObject(element) ? (valuesAt(element, fields.inner)[0] ?? element) : element))
    .filter(isObject)
  const shown = lastBranch(fields, all)
  leaveOut(leftOut, 'message from a replaced branch', all.length - shown.length)
  const turns = startTurns([])
  const roles =
    fields.answer === undefined
      ? rolesOf(
          shown.map((one) => roleNameOf(fields, one)),
          options,
        )
      : []
  let model: string | undefined
  for (const [index, message] of shown.entries()) {
    const at = firstWrittenTime(...valuesAt(message, fields.createdAt))
    const text = textOf(fields, message, fields.content, leftOut, options)
    const named = firstText(
      ...valuesAt(message, fields.model),
      ...valuesAt(shownVersion(message), fields.model),
    )
    if (fields.answer !== undefined) {
      turns.say('user', textOfContent(valuesAt(message, fields.content)[0], leftOut, options), at)
      turns.say('assistant', textOf(fields, message, fields.answer, leftOut, options), at)
      model = named ?? model
      continue
    }
    const role = roles[index]
    if (role === 'user' || role === 'assistant') turns.say(role, text, at)
    else if (text !== '')
      leaveOut(leftOut, role === undefined ? 'message of an unknown role' : 'system message')
    if (role === 'assistant') model = named ?? model
  }
  return { messages: turns.messages, model }
}

function roleNameOf(fields: MessageFields, message: unknown): string | undefined {
  const [given] = [...valuesAt(message, fields.role), ...valuesAt(shownVersion(message), fields.role)]
  if (typeof given === 'boolean') return given ? 'user' : 'assistant'
  const name = firstText(given)
  return name === undefined ? undefined : (fields.roles?.[name.toLowerCase()] ?? name)
}

function textOf(
  fields: MessageFields,
  message: unknown,
  content: string,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  const thought = firstText(...valuesAt(message, fields.thought))
  for (const value of valuesAt(message, content)) {
    const parts = fields.parts?.(value, message) ?? value
    const text = textOfContent(parts, leftOut, options)
    if (text.trim() !== '') return joinBlocks([thought === undefined ? '' : quotedReasoning(thought), text])
  }
  return thought === undefined ? '' : quotedReasoning(thought)
}

/** The messages on the way to the last, where they are linked. */
function lastBranch(fields: MessageFields, messages: Record<string, unknown>[]): Record<string, unknown>[] {
  if (fields.id === undefined || fields.parent === undefined) return messages
  const byId = new Map<string, Record<string, unknown>>()
  for (const message of messages) {
    const id = firstId(...valuesAt(message, fields.id))
    if (id === undefined) return messages
    byId.set(id, message)
  }
  const parentOf = (id: string): string | undefined => {
    const parent = firstId(...valuesAt(byId.get(id), fields.parent))
    return parent !== undefined && byId.has(parent) ? parent : undefined
  }
  const ids = [...byId.keys()]
  const last = ids.at(-1)
  const isLinked = ids.some((id) => parentOf(id) !== undefined)
  if (last === undefined || !isLinked) return messages
  return pathTo(last, parentOf)
    .map((id) => byId.get(id))
    .filter((message) => message !== undefined)
}

const flatMark = 'neptun-share:flat'

/** Gathers the messages of each conversation, in the order in which they were written. */
function flatConversations(format: FlatFormat): ConversationFormat {
  return {
    name: format.name,
    conversationsIn: (value) => gather(format, value),
    recognises: (value) => isObject(value) && value[flatMark] === format.source,
    read: (value, options) => {
      const leftOut: LeftOut = {}
      const elements = isObject(value) ? arrayOf(value['messages']) : []
      const { messages, model } = readMessages(format.message, elements, leftOut, options)
      const { id, title } = value as { id: string; title: string | undefined }
      return { source: format.source, id, name: title, model, messages, leftOut }
    },
  }
}

function gather(format: FlatFormat, value: unknown): unknown[] | undefined {
  const messages = listAt(value, format.messages)?.filter(isObject) ?? []
  const lists = valuesAt(value, format.conversations).filter(Array.isArray)
  if (messages.length === 0 || lists.length === 0) return undefined
  const idOf = (message: unknown): string | undefined => firstId(...valuesAt(message, format.belongsTo))
  if (!messages.some((message) => idOf(message) !== undefined)) return undefined
  const titles = new Map<string, string>()
  for (const one of lists.flat()) {
    const id = firstId(...valuesAt(one, format.id))
    const title = firstText(...valuesAt(one, format.title))
    if (id !== undefined && title !== undefined && !titles.has(id)) titles.set(id, title)
  }
  const inOrder = messages
    .map((message) => ({
      message,
      at: firstWrittenTime(...valuesAt(message, format.message.createdAt)) ?? 0,
    }))
    .toSorted((a, b) => a.at - b.at)
  const byConversation = Map.groupBy(inOrder, ({ message }) => idOf(message) ?? 'none')
  return [...byConversation].map(([id, group]) => ({
    [flatMark]: format.source,
    id,
    title: titles.get(id),
    messages: group.map(({ message }) => message),
  }))
}
