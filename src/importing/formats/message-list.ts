import type { Role } from '../../chats/chat.ts'
import type {
  ChatDraft,
  ConversationFormat,
  ImportedMessage,
  LeftOut,
  ReadOptions,
} from '../imported-chat.ts'
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
import { joinBlocks, quotedReasoning } from '../text/markdown-blocks.ts'
import { textOfContent, toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { messageOf } from '../turns.ts'

/**
 * Messages as APIs take them: a bare array of `{ role, content }`, or an object that has one as `messages` (OpenAI's
 * Chat Completions and its fine-tuning lines, Anthropic's Messages), `input` and `output` (OpenAI's Responses) or
 * `contents` (Gemini). Content is a string or typed parts. System messages and tools stay out.
 */
export const messageList: ConversationFormat = {
  name: 'Messages',
  recognises: (value) => messagesOf(value)?.some(isListedMessage) ?? false,
  read,
}

const roles: Record<string, Role | 'system' | 'tool'> = {
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  bot: 'assistant',
  model: 'assistant',
  chatbot: 'assistant',
  system: 'system',
  developer: 'system',
  tool: 'tool',
  function: 'tool',
  tool_result: 'tool',
}

function roleOf(message: JsonObject): Role | 'system' | 'tool' | undefined {
  // LibreChat's messages without their conversation.
  if (typeof message['isCreatedByUser'] === 'boolean')
    return message['isCreatedByUser'] ? 'user' : 'assistant'
  const role = firstText(
    message['role'],
    objectOf(message['author'])['role'],
    message['sender'],
  )?.toLowerCase()
  return role !== undefined && Object.hasOwn(roles, role) ? roles[role] : undefined
}

/** Whether a value is one message of such a list. */
export function isListedMessage(value: unknown): boolean {
  if (!isObject(value) || roleOf(value) === undefined) return false
  return ['content', 'parts', 'text', 'tool_calls', 'message'].some((field) => field in value)
}

function messagesOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return undefined
  const holder = isObject(value['body']) && Array.isArray(value['body']['messages']) ? value['body'] : value
  for (const field of ['messages', 'contents', 'history', 'conversation', 'conversations']) {
    const messages = holder[field]
    if (Array.isArray(messages) && messages.some(isListedMessage)) return messages
  }
  const { input, output } = holder
  const asked = typeof input === 'string' ? [{ role: 'user', content: input }] : arrayOf(input)
  const responses = [...asked, ...arrayOf(output)]
  return [...arrayOf(input), ...arrayOf(output)].some(isListedMessage) ? responses : undefined
}

/** OpenAI's Responses put reasoning and calls of tools beside the messages, as items of their own. */
function isItem(message: JsonObject): boolean {
  return /^reasoning$|_call(?:_output)?$/.test(firstText(message['type']) ?? '')
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const holder = objectOf(value)
  const leftOut: LeftOut = {}
  const messages: ImportedMessage[] = []
  let model: string | undefined
  for (const message of messagesOf(value) ?? []) {
    if (!isObject(message)) continue
    if (isItem(message)) {
      const block = textOfContent([message], leftOut, options)
      if (block.trim() !== '') messages.push(messageOf('assistant', block, undefined))
      continue
    }
    const role = roleOf(message)
    if (role === undefined || role === 'system') {
      leaveOut(leftOut, role === 'system' ? 'system message' : 'message of an unknown role')
      continue
    }
    const text =
      role === 'tool'
        ? toolResultBlock(message['content'], leftOut, options)
        : textOf(message, leftOut, options)
    if (text.trim() === '') continue
    const at = firstTime(
      message['created_at'],
      message['createdAt'],
      message['timestamp'],
      message['create_time'],
    )
    messages.push(messageOf(role === 'tool' || onlyToolResults(message) ? 'assistant' : role, text, at))
    if (role === 'assistant') model = firstText(message['model']) ?? model
  }
  const { system, instructions } = holder
  if (firstText(system, instructions) !== undefined || arrayOf(system).length > 0)
    leaveOut(leftOut, 'system message')
  return {
    source: 'messages',
    ...keyOf(firstId(holder['conversation_id'], holder['conversationId'], holder['uuid'], holder['id'])),
    name: firstText(holder['title'], holder['name']),
    model: firstText(holder['model'], model),
    createdAt: firstTime(
      holder['created_at'],
      holder['createdAt'],
      holder['create_time'],
      holder['timestamp'],
    ),
    messages,
    leftOut,
  }
}

/** Collections number their conversations from 0, so only what looks random is an id. */
function keyOf(id: string | undefined): Pick<ChatDraft, 'id' | 'keyHint'> {
  return id !== undefined && id.length >= 16 && /[^\d]/.test(id) ? { id } : { keyHint: id }
}

function textOf(message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const thought = firstText(message['reasoning_content'], message['reasoning'])
  const content = message['content'] ?? message['parts'] ?? message['text'] ?? message['message']
  const calls = [...arrayOf(message['tool_calls']), message['function_call']].filter(isObject).map((call) => {
    const inner = isObject(call['function']) ? call['function'] : call
    return toolCallBlock(firstText(inner['name']), inner['arguments'] ?? inner['input'], leftOut, options)
  })
  return joinBlocks([
    thought === undefined ? '' : quotedReasoning(thought),
    textOfContent(content, leftOut, options),
    ...calls,
  ])
}

/** Anthropic sends tools' results as a user's message; nobody said them. */
function onlyToolResults(message: JsonObject): boolean {
  const parts = arrayOf(message['content'])
  return parts.length > 0 && parts.every((part) => isObject(part) && part['type'] === 'tool_result')
}
