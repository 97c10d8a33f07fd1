import type { ChatDraft, ConversationFormat, ReadOptions } from '../imported-chat.ts'
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
import { hasAll, valuesAt } from './lists/fields.ts'
import { readMessageList } from './message-list.ts'

/**
 * What an API of a model was asked and answered, as it is logged: a chat completion by itself, a line of a batch's output,
 * or a request beside its response, of OpenAI, Anthropic or Gemini.
 */
export const exchanges: ConversationFormat = {
  name: 'API responses',
  recognises: (value) => isObject(value) && answersOf(value).length > 0,
  read,
}

/** Where programs that log put the two. */
const requests =
  'request.body request request_body requestBody body.request params kwargs inputs input.messages input invocation_params modelRequest'
const responses =
  'response.body response response_body responseBody result.message result output outputs completion modelResponse message'

function read(value: unknown, options: ReadOptions): ChatDraft {
  const holder = objectOf(value)
  const answers = answersOf(holder)
  const request = requestOf(holder)
  const response = responseOf(holder)
  const draft = readMessageList([...messagesIn(request), ...answers.slice(0, 1)], options)
  leaveOut(draft.leftOut, 'other answer', answers.length - 1)
  leaveOut(
    draft.leftOut,
    'system message',
    firstText(request['system'], request['instructions']) === undefined ? 0 : 1,
  )
  return {
    ...draft,
    source: 'api',
    keyHint: firstId(holder['custom_id'], response['id'], holder['id']),
    model: firstText(response['model'], request['model'], response['modelVersion'], holder['model']),
    createdAt: firstTime(
      response['created'],
      response['created_at'],
      holder['created_at'],
      holder['timestamp'],
      holder['start_time'],
    ),
  }
}

/** An object, also one that was logged as text. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s{0,20}[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function requestOf(holder: JsonObject): JsonObject {
  const found = valuesAt(holder, requests).map(unpacked)
  const lists = found.find((one) => Array.isArray(one) && one.some(isObject))
  const asked = found.find((one) => isObject(one) && messagesIn(one).length > 0)
  if (isObject(asked)) return asked
  return Array.isArray(lists) ? { messages: lists.flat() } : messagesIn(holder).length > 0 ? holder : {}
}

function messagesIn(request: JsonObject): unknown[] {
  for (const field of ['messages', 'contents', 'input', 'prompt']) {
    const value = request[field]
    if (Array.isArray(value)) return value.flat()
    if (typeof value === 'string' && value.trim() !== '') return [{ role: 'user', content: value }]
  }
  return []
}

function responseOf(holder: JsonObject): JsonObject {
  const wrapped = valuesAt(holder, responses)
    .map(unpacked)
    .find((one) => isObject(one) && answersIn(one).length > 0)
  return isObject(wrapped) ? wrapped : holder
}

function answersOf(holder: JsonObject): unknown[] {
  return answersIn(responseOf(holder))
}

/** The answers in a response, the first of which is the one that counts. */
function answersIn(response: JsonObject): unknown[] {
  const choices = arrayOf(response['choices']).filter(isObject)
  const chosen = choices.flatMap((choice) => {
    if (isObject(choice['message'])) return [{ role: 'assistant', ...choice['message'] }]
    return firstText(choice['text']) === undefined ? [] : [{ role: 'assistant', content: choice['text'] }]
  })
  if (chosen.length > 0) return chosen
  const candidates = arrayOf(response['candidates']).filter((one) => hasAll(one, 'content.parts'))
  if (candidates.length > 0)
    return candidates.map((one) => ({ role: 'assistant', ...objectOf(objectOf(one)['content']) }))
  const generations = arrayOf(response['generations']).flat().filter(isObject)
  const generated = generations.map((one) => one['message'] ?? one['text']).filter((one) => one !== undefined)
  if (generated.length > 0)
    return generated.map((one) => (isObject(one) ? one : { role: 'assistant', content: one }))
  const isMessage = response['type'] === 'message' && response['role'] === 'assistant'
  return isMessage && ('stop_reason' in response || 'usage' in response) ? [response] : []
}
