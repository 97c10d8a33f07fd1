import type {
  ChatDraft,
  ConversationFormat,
  ImportedMessage,
  LeftOut,
  ReadOptions,
} from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { arrayOf, firstId, firstText, isObject, type JsonObject, objectOf } from '../streams/loose-json.ts'
import { joinBlocks, quotedReasoning } from '../text/markdown-blocks.ts'
import { firstWrittenTime } from '../text/read-time.ts'
import { rolesOf } from '../text/roles-of.ts'
import { appIn, roleOfName } from '../text/speaker-names.ts'
import { textOfContent, toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { messageOf } from '../turns.ts'
import { valuesAt } from './lists/fields.ts'
import { keyOf } from './lists/read-list.ts'

/**
 * Messages as APIs take them: a bare array of `{ role, content }`, or an object that has one as `messages` (OpenAI's
 * Chat Completions and its fine-tuning lines, Anthropic's Messages), `input` and `output` (OpenAI's Responses) or
 * `contents` (Gemini). Content is a string or typed parts. LangChain's messages too, as it dumps them in three ways. System
 * messages and tools stay out.
 */
export const messageList: ConversationFormat = {
  name: 'Messages',
  recognises: (value) => messagesOf(value) !== undefined,
  read: readMessageList,
}

/** Whoever says something without a name. */
const unnamed = 'nobody'

/** What says who speaks, in the order in which it is asked. */
const roleFields =
  'role author.role author.name author sender.role sender.name sender speaker from participant'
const contentFields = ['content', 'contentChunks', 'parts', 'text', 'message', 'value', 'body', 'mes', 'say']

/** A message as LangChain dumps it (`kwargs`, or `data` beside its type), or as it is. */
function unwrapped(message: JsonObject): JsonObject {
  const { kwargs, data, type } = message
  if (isObject(kwargs) && Array.isArray(message['id']) && message['lc'] !== undefined)
    return { ...kwargs, role: classRole(firstText(kwargs['type'], message['id'].at(-1))) }
  if (isObject(data) && typeof type === 'string' && 'content' in data)
    return { ...data, role: classRole(type) }
  const isTyped = typeof type === 'string' && ('content' in message || 'text' in message)
  if (!isTyped || roleNameOf(message) !== undefined) return message
  const isSpeaker = classRole(type) !== undefined || ['user', 'assistant'].includes(roleOfName(type) ?? '')
  return isSpeaker ? { ...message, role: classRole(type) ?? type } : message
}

/** "HumanMessage", "ai", "AIMessageChunk". */
function classRole(type: string | undefined): string | undefined {
  const name = /^(human|ai|user|assistant|system|tool|function)(?:message)?(?:chunk)?$/i.exec(type ?? '')?.[1]
  return name?.toLowerCase()
}

function roleNameOf(message: JsonObject): string | undefined {
  // LibreChat's messages without their conversation.
  for (const field of ['isCreatedByUser', 'is_user', 'isUser', 'fromUser', 'fromMe'])
    if (typeof message[field] === 'boolean') return message[field] ? 'user' : 'assistant'
  return firstText(...valuesAt(message, roleFields))
}

/** Whether a value is one message of such a list. */
export function isListedMessage(value: unknown): boolean {
  if (!isObject(value)) return false
  const message = unwrapped(value)
  const name = roleNameOf(message)
  return name !== undefined && roleOfName(name) !== undefined && hasContent(message)
}

function hasContent(message: JsonObject): boolean {
  return 'tool_calls' in message || contentFields.some((field) => field in message)
}

function isSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && (!Array.isArray(value) || value.length > 0)
}

/** Whether a value is a message, also of somebody whom nobody knows. */
export function isMessageOfAnyone(value: unknown): boolean {
  return isObject(value) && typeof value['role'] === 'string' && hasContent(value)
}

const holderFields = [
  'messages',
  'contents',
  'history',
  'conversation',
  'conversations',
  'chat',
  'thread',
  'turns',
  'dialogue',
  'dialog',
  'chat_history',
  'transcript',
  'data',
  'items',
  'results',
  'records',
]

function messagesOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return isConversation(value) ? value : undefined
  if (!isObject(value)) return undefined
  const holder = isObject(value['body']) && Array.isArray(value['body']['messages']) ? value['body'] : value
  const held = isObject(holder['values'])
    ? holder['values']
    : isObject(holder['channel_values'])
      ? holder['channel_values']
      : holder
  for (const field of holderFields) {
    const messages = held[field]
    if (Array.isArray(messages) && isConversation(messages)) return messages
  }
  const { input, output } = holder
  const asked = typeof input === 'string' ? [{ role: 'user', content: input }] : arrayOf(input)
  const responses = [...asked, ...arrayOf(output)]
  return [...arrayOf(input), ...arrayOf(output)].some(isListedMessage) ? responses : undefined
}

function isConversation(list: readonly unknown[]): boolean {
  return list.some(isListedMessage) || (list.length > 1 && list.every(isMessageOfAnyone))
}

/** OpenAI's Responses put reasoning and calls of tools beside the messages, as items of their own. */
function isItem(message: JsonObject): boolean {
  return /^reasoning$|_call(?:_output)?$/.test(firstText(message['type']) ?? '')
}

/** The conversation in a list of messages, or in an object that holds one. */
export function readMessageList(value: unknown, options: ReadOptions): ChatDraft {
  const holder = objectOf(value)
  const leftOut: LeftOut = {}
  const messages: ImportedMessage[] = []
  const withTools = new Set<ImportedMessage>()
  let model: string | undefined
  const all = oldestFirst((messagesOf(value) ?? arrayOf(value)).filter(isObject).map(unwrapped))
  const roles = rolesOf(
    all.map((message) => (isItem(message) ? undefined : (roleNameOf(message) ?? unnamed))),
    options,
  )
  for (const [index, message] of all.entries()) {
    if (isItem(message)) {
      const block = textOfContent([message], leftOut, options)
      if (block.trim() !== '')
        addAnswer(messages, messageOf('assistant', block, undefined), withTools, options)
      continue
    }
    const role = roles[index]
    const isOfTool = role === 'other' && /tool|function/i.test(roleNameOf(message) ?? '')
    if (role === undefined || (role === 'other' && !isOfTool)) {
      leaveOut(leftOut, role === undefined ? 'message of an unknown role' : 'system message')
      continue
    }
    const said = isOfTool
      ? toolResultBlock(message['content'], leftOut, options)
      : textOf(message, leftOut, options)
    if (said.trim() === '') continue
    const text = role === 'thought' ? quotedReasoning(said) : said
    const isPersons = role === 'user' && !onlyToolResults(message)
    if (isPersons) messages.push(messageOf('user', text, timeOf(message)))
    else addAnswer(messages, messageOf('assistant', text, timeOf(message)), withTools, options)
    if (role === 'assistant')
      model =
        firstText(
          ...valuesAt(
            message,
            'model model_name modelName response_metadata.model_name metadata.model modelId',
          ),
        ) ??
        appIn(roleNameOf(message) ?? '') ??
        model
  }
  const { system, instructions } = holder
  if (firstText(system, instructions) !== undefined || arrayOf(system).length > 0)
    leaveOut(leftOut, 'system message')
  const name = firstText(
    ...valuesAt(
      holder,
      'title name topic chatTitle conversation_name conversationTitle subject conversation.title history.title metadata.title info.title',
    ),
  )
  const id = firstId(
    ...valuesAt(
      holder,
      'conversation_id conversationId uuid id thread_id threadId session_id sessionId chat_id',
    ),
  )
  return {
    source: 'messages',
    // Two files that only begin alike aren't one conversation that has grown.
    ...keyOf(id ?? (name === undefined ? options.fileTitle : undefined), id !== undefined),
    name,
    model: firstText(
      ...valuesAt(holder, 'model'),
      model,
      ...valuesAt(holder, 'model.id model.name model_name modelName metadata.model'),
    ),
    createdAt: firstWrittenTime(
      ...valuesAt(
        holder,
        'created_at createdAt create_time createTime created timestamp date startTime start_time metadata.created_at',
      ),
    ),
    messages,
    leftOut,
  }
}

const toolBlock = /^`{3,}(?:tool |result)/m

/**
 * What tools did belongs to the answer around it, as it does in agents' sessions: APIs have a message for each piece.
 *
 * @param withTools answers that tools had a part in
 */
function addAnswer(
  messages: ImportedMessage[],
  answer: ImportedMessage,
  withTools: Set<ImportedMessage>,
  { includeTools }: ReadOptions,
): void {
  const last = messages.at(-1)
  const hasTools = includeTools === true && toolBlock.test(answer.content)
  if (last?.role === 'assistant' && (hasTools || withTools.has(last))) {
    last.content += `\n\n${answer.content}`
    withTools.add(last)
    return
  }
  messages.push(answer)
  if (hasTools) withTools.add(answer)
}

function timeOf(message: JsonObject): number | undefined {
  return firstWrittenTime(
    ...valuesAt(
      message,
      'created_at createdAt timestamp create_time createTime created date time datetime sent_at send_date',
    ),
  )
}

/** APIs list the newest message first; a list that says when each was written is read in that order. */
function oldestFirst(messages: JsonObject[]): JsonObject[] {
  if (messages.length < 2) return messages
  let last = Infinity
  for (const message of messages) {
    const time = timeOf(message)
    if (time === undefined || time >= last) return messages
    last = time
  }
  return messages.toReversed()
}

function textOf(message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const thought = firstText(
    message['reasoning_content'],
    message['reasoning'],
    objectOf(message['additional_kwargs'])['reasoning_content'],
  )
  const [given] = contentFields.map((field) => message[field]).filter(isSomething)
  const content = contentIn(given)
  const calls = [...arrayOf(message['tool_calls']), message['function_call']].filter(isObject).map((call) => {
    const inner = isObject(call['function']) ? call['function'] : call
    return toolCallBlock(
      firstText(inner['name']),
      inner['arguments'] ?? inner['input'] ?? inner['args'],
      leftOut,
      options,
    )
  })
  return joinBlocks([
    thought === undefined ? '' : quotedReasoning(thought),
    textOfContent(content, leftOut, options),
    ...calls,
  ])
}

/** A message in a message, and ChatGPT's content, hold it once more. */
function contentIn(given: unknown): unknown {
  if (!isObject(given) || typeof given['type'] === 'string') return given
  return given['content'] ?? (Array.isArray(given['parts']) ? given['parts'] : given)
}

/** Anthropic sends tools' results as a user's message; nobody said them. */
function onlyToolResults(message: JsonObject): boolean {
  const parts = arrayOf(message['content'])
  return parts.length > 0 && parts.every((part) => isObject(part) && part['type'] === 'tool_result')
}

/**
 * Messages of several conversations in one list, each with the conversation it belongs to: the list of each; the list
 * itself where they all belong to one.
 */
export function byConversation(messages: readonly unknown[]): unknown[] {
  const groups = Map.groupBy(messages, conversationOf)
  if (groups.size < 2 || groups.has(undefined)) return [messages]
  return [...groups].map(([id, group]) => ({ conversation_id: id, messages: group }))
}

function conversationOf(message: unknown): string | undefined {
  return firstId(
    ...valuesAt(
      message,
      'conversation_id conversationId thread_id threadId chat_id chatId session_id sessionId',
    ),
  )
}
