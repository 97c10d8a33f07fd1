import type { Role } from '../../chats/chat.ts'
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

const roles: Record<string, Role> = {
  human: 'user',
  user: 'user',
  prompter: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  bard: 'assistant',
  bing: 'assistant',
  claude: 'assistant',
  bot: 'assistant',
  ai: 'assistant',
}

/** Some collections name the model that spoke. */
function roleOf(from: string): Role | undefined {
  if (Object.hasOwn(roles, from)) return roles[from]
  return /^(?:gpt|chatgpt|claude|gemini|llama|mistral|deepseek|qwen|grok|o\d)[\w .:-]*$/.test(from)
    ? 'assistant'
    : undefined
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
  for (const turn of turnsOf(value) ?? []) {
    if (!isObject(turn)) continue
    const from = firstText(turn['from'])?.toLowerCase() ?? ''
    const text = firstText(turn['value'], turn['text']) ?? ''
    const role = roleOf(from)
    if (role !== undefined && text !== '') messages.push(messageOf(role, text, undefined))
    else if (role === undefined) {
      const block =
        from === 'function_call'
          ? toolCallBlock(undefined, text, leftOut, options)
          : /observation|tool|function/.test(from)
            ? toolResultBlock(text, leftOut, options)
            : ''
      if (block !== '') messages.push(messageOf('assistant', block, undefined))
      else if (from === 'system') leaveOut(leftOut, 'system message')
      else if (!/observation|tool|function/.test(from)) leaveOut(leftOut, 'message of an unknown role')
    }
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
