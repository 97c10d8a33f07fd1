import type { Role } from '../../chats/chat.ts'
import type { AgentTalk } from './agent-talk.ts'
import { textOfContent } from '../message-parts.ts'
import { arrayOf, firstId, firstText, isObject, type JsonObject, objectOf } from '../streams/loose-json.ts'
import { typedText } from '../text/typed-text.ts'

/**
 * Tells a talk what the content of one message says: a text, or parts as the APIs of Anthropic, OpenAI and Google have
 * them, and the agents that grew around these. Tools' results within a user's message belong to the answer.
 */
export function readParts(talk: AgentTalk, role: Role, content: unknown, at: number | undefined): void {
  const parts = Array.isArray(content) ? content : [content]
  const said: string[] = []
  const flush = (): void => {
    const text = said.splice(0).join('\n\n')
    talk.say(role, text, at)
  }
  for (const part of parts) {
    if (!isObject(part)) {
      if (typeof part === 'string') said.push(role === 'user' ? typedText(part) : part)
      continue
    }
    const text = spoken(part)
    if (text !== undefined) {
      const own = role === 'user' ? typedText(text) : text
      if (own.trim() !== '') said.push(own)
      continue
    }
    const thought = thoughtIn(part)
    if (thought !== undefined) {
      flush()
      if (thought === '') talk.hideThought()
      else talk.think(thought, at)
      continue
    }
    if (!readToolPart(talk, part, at, flush)) {
      const other = textOfContent([part], talk.leftOut, { includeTools: false })
      if (other !== '') said.push(other)
    }
  }
  flush()
}

function kindOf(part: JsonObject): string {
  return (firstText(part['type'], part['kind']) ?? '').replace(/[_-]/g, '').toLowerCase()
}

const spokenKinds = new Set(['', 'text', 'inputtext', 'outputtext', 'markdown'])

function spoken(part: JsonObject): string | undefined {
  if (part['thought'] === true || !spokenKinds.has(kindOf(part))) return undefined
  const text = part['text'] ?? part['data'] ?? part['value']
  return typeof text === 'string' ? text : undefined
}

const thoughtKinds = new Set([
  'thinking',
  'reasoning',
  'think',
  'redactedthinking',
  'thought',
  'reasoningtext',
])

function thoughtIn(part: JsonObject): string | undefined {
  if (part['thought'] !== true && !thoughtKinds.has(kindOf(part))) return undefined
  const inner = objectOf(part['data'])
  return (
    firstText(
      part['thinking'],
      part['think'],
      part['text'],
      part['reasoning'],
      part['content'],
      part['summary'],
      inner['text'],
    ) ?? ''
  )
}

const callKinds = new Set([
  'tooluse',
  'toolcall',
  'functioncall',
  'servertooluse',
  'toolrequest',
  'mcptooluse',
])
const resultKinds = new Set([
  'toolresult',
  'functionresponse',
  'toolresponse',
  'functioncalloutput',
  'websearchtoolresult',
  'mcptoolresult',
])

/** @returns whether it was a call of a tool, or what came of one */
function readToolPart(
  talk: AgentTalk,
  part: JsonObject,
  at: number | undefined,
  before: () => void,
): boolean {
  const kind = kindOf(part)
  const call = objectOf(part['functionCall'] ?? part['function_call'])
  const response = objectOf(part['functionResponse'] ?? part['function_response'])
  if (callKinds.has(kind) || 'name' in call) {
    before()
    const given = [call, part, objectOf(part['data']), objectOf(part['toolCall']), objectOf(part['function'])]
    // Goose tells whether the model's call was well-formed, and has it as `value`.
    given.push(objectOf(objectOf(part['toolCall'])['value']))
    talk.call(
      firstText(...given.flatMap((one) => [one['name'], one['toolName'], one['tool']])) ?? 'unnamed',
      firstOf(given, ['input', 'args', 'arguments', 'parameters', 'params']),
      at,
      firstId(...given.flatMap((one) => [one['id'], one['toolUseId'], one['toolCallId'], one['call_id']])),
    )
    return true
  }
  if (!resultKinds.has(kind) && !('response' in response)) return false
  before()
  const inner = objectOf(part['data'])
  const outcome = objectOf(part['toolResult'])
  const run = objectOf(part['run'])
  const given = [response, part, inner, outcome, run]
  const status = firstText(...given.map((one) => one['status']))
  talk.result(firstOf(given, ['response', 'content', 'output', 'value', 'result', 'error']), at, {
    id: firstId(
      ...given.flatMap((one) => [
        one['tool_use_id'],
        one['toolUseID'],
        one['toolUseId'],
        one['toolCallId'],
        one['call_id'],
        one['id'],
      ]),
    ),
    isError:
      status === 'error' ||
      given.some((one) => one['is_error'] === true || one['isError'] === true) ||
      objectOf(outcome['value'])['isError'] === true,
  })
  return true
}

function firstOf(given: readonly JsonObject[], fields: readonly string[]): unknown {
  for (const one of given)
    for (const field of fields) if (one[field] !== undefined && one[field] !== null) return one[field]
  return undefined
}

/** Calls beside the content, as OpenAI's messages have them. */
export function readCalls(talk: AgentTalk, calls: unknown, at: number | undefined): void {
  for (const call of arrayOf(calls).filter(isObject)) {
    const inner = isObject(call['function']) ? call['function'] : call
    const name = firstText(inner['name'], inner['toolName'], inner['tool']) ?? 'unnamed'
    const input = inner['arguments'] ?? inner['input'] ?? inner['args'] ?? inner['parameters']
    talk.call(name, input, at, firstId(call['id'], call['toolCallId'], call['call_id']))
  }
}
