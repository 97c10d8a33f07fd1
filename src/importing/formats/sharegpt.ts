import type {
  ChatDraft,
  ConversationFormat,
  ImportedMessage,
  LeftOut,
  ReadOptions,
} from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { firstId, firstText, firstTime, isObject, objectOf } from '../streams/loose-json.ts'
import { toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { rolesOf } from '../text/roles-of.ts'
import { messageOf } from '../turns.ts'

/**
 * ShareGPT, the form of many collections: `{ id?, conversations: [{ from, value }] }`, sometimes as `items` or a bare
 * array. Their ids repeat (a long conversation is cut into pieces), so none is taken as the source's.
 */
export const shareGpt: ConversationFormat = {
  name: 'ShareGPT',
  recognises: (value) => turnsOf(value)?.some(isShareGptTurn) ?? false,
  read,
}

/** Whether a value is one turn of such a conversation. */
export function isShareGptTurn(value: unknown): boolean {
  return isObject(value) && typeof value['from'] === 'string' && ('value' in value || 'text' in value)
}

function turnsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value
  const { conversations, conversation, items } = objectOf(value)
  return [conversations, conversation, items].find(Array.isArray)
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const holder = objectOf(value)
  const leftOut: LeftOut = {}
  const messages: ImportedMessage[] = []
  const turns = (turnsOf(value) ?? []).filter(isObject)
  const roles = rolesOf(
    turns.map((turn) => firstText(turn['from'])?.replace(/observation/i, 'tool result')),
    options,
  )
  for (const [index, turn] of turns.entries()) {
    const from = firstText(turn['from'])?.toLowerCase() ?? ''
    const text = firstText(turn['value'], turn['text']) ?? ''
    const role = roles[index]
    if (role === 'user' || role === 'assistant') {
      if (text !== '') messages.push(messageOf(role, text, undefined))
      continue
    }
    const isOfTool = /observation|tool|function/.test(from)
    const block = !isOfTool
      ? ''
      : from === 'function_call'
        ? toolCallBlock(undefined, text, leftOut, options)
        : toolResultBlock(text, leftOut, options)
    if (block !== '') messages.push(messageOf('assistant', block, undefined))
    else if (!isOfTool) leaveOut(leftOut, role === 'other' ? 'system message' : 'message of an unknown role')
  }
  if (firstText(holder['system']) !== undefined) leaveOut(leftOut, 'system message')
  return {
    source: 'sharegpt',
    keyHint: firstId(holder['id']),
    name: firstText(holder['title'], holder['name']),
    model: firstText(holder['model']),
    createdAt: firstTime(holder['created_at'], holder['date']),
    messages,
    leftOut,
  }
}
