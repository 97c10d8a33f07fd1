import { embedded, embeddedId, keptShort, webAddressIn } from './embedded-files.ts'
import type { LeftOut, ReadOptions } from './imported-chat.ts'
import { leaveOut } from './left-out.ts'
import { arrayOf, firstText, isObject, type JsonObject } from './streams/loose-json.ts'
import { joinBlocks, noteOf, quotedFile, quotedReasoning } from './text/markdown-blocks.ts'
import { replaceTagged } from './text/tagged-text.ts'
import { callBlock, resultBlock, thinkingBlock } from './text/tool-blocks.ts'
import { bodiesOfCall } from './text/tool-body.ts'

/**
 * The text of a message whose content is a string or an array of typed parts, as the APIs of OpenAI (Chat
 * Completions, Responses) and Anthropic (Messages) have it, and everything that grew from them. Reasoning becomes a
 * quote, pictures and files a note, calls and results of tools stay out unless wanted, and then are blocks as thoughts
 * are (text/tool-blocks.ts); what isn't kept is counted.
 */
export function textOfContent(content: unknown, leftOut: LeftOut, options: ReadOptions): string {
  if (typeof content === 'string') return content
  if (isObject(content)) return textOfContent([content], leftOut, options)
  return joinBlocks(arrayOf(content).map((part) => textOfPart(part, leftOut, options)))
}

function textOfPart(part: unknown, leftOut: LeftOut, options: ReadOptions): string {
  if (typeof part === 'string') return part
  if (!isObject(part)) return ''
  const type = typeof part['type'] === 'string' ? part['type'].toLowerCase() : ''
  if (isReasoning(type, part)) return reasoning(part, leftOut, options)
  if (isToolResult(type) || isObject(part['functionResponse'])) return toolResult(part, leftOut, options)
  if (isToolCall(type) || isObject(part['functionCall'])) return toolCall(part, leftOut, options)
  if (/image|picture|screenshot/.test(type)) return seen('image', part, leftOut)
  if (type.includes('audio')) return joinBlocks([seen('audio recording', part, leftOut), transcript(part)])
  if (type.includes('video')) return seen('video', part, leftOut)
  const medium = mediumOf(part)
  if (type === 'file' && medium !== undefined) return seen(medium, part, leftOut)
  if (/file|document|attachment/.test(type)) return file(part, leftOut, options)
  const data = dataOf(part)
  if (data) return seen(mediumOf(data) ?? 'file', data, leftOut)
  if (type === 'error') {
    leaveOut(leftOut, 'error message')
    return ''
  }
  const text = plainText(part)
  if (text !== undefined) return text
  if (!ofNoInterest.has(type)) leaveOut(leftOut, 'part of an unknown kind')
  return ''
}

/** A file beside the text, as Google's API has it. */
function dataOf(part: JsonObject): JsonObject | undefined {
  const data = part['inlineData'] ?? part['inline_data'] ?? part['fileData'] ?? part['file_data']
  return isObject(data) ? data : undefined
}

/** What a file's media type says it is, where one sees more than a file in it. */
function mediumOf(part: JsonObject): string | undefined {
  const mime = firstText(part['mediaType'], part['mimeType'], part['mime_type'], part['media_type']) ?? ''
  return /^(?:image|video)(?=\/)/.exec(mime)?.[0]
}

/** Parts that only steer a page: nobody misses them. */
const ofNoInterest = new Set([
  'step-start',
  'step_start',
  'step-finish',
  'token_budget',
  'flag',
  'cache_control',
  'agent_update',
])

function plainText(part: JsonObject): string | undefined {
  for (const field of ['text', 'value', 'content', 'refusal', 'markdown']) {
    const value = part[field]
    if (typeof value === 'string') return value
    if (isObject(value) && typeof value['value'] === 'string') return value['value']
  }
  return undefined
}

function isReasoning(type: string, part: JsonObject): boolean {
  return (
    /^(?:thinking|redacted_thinking|reasoning|reasoning_text|think|thought|summary_text)$/.test(type) ||
    part['thought'] === true
  )
}

function reasoning(part: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const summary = arrayOf(part['summary'] ?? part['content'])
    .map((piece) => firstText(isObject(piece) ? piece['text'] : piece) ?? '')
    .filter((piece) => piece !== '')
    .join('\n\n')
  const text = firstText(part['thinking'], part['think'], part['reasoning'], part['text'], summary)
  if (text === undefined) {
    if (firstText(part['data'], part['encrypted_content']) !== undefined)
      leaveOut(leftOut, 'encrypted reasoning')
    return ''
  }
  return options.includeTools === true ? thinkingBlock(text) : quotedReasoning(text)
}

function isToolCall(type: string): boolean {
  return /^tool-|tool_use$|tool_call$|tool-call$|^tool-invocation$|^dynamic-tool$|function_call$|^tool$|_call$/.test(
    type,
  )
}

function isToolResult(type: string): boolean {
  return /tool_result$|tool-result$|_output$|function_response$/.test(type) && type !== 'output'
}

function toolCall(part: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const inner = isObject(part['tool_call'])
    ? part['tool_call']
    : isObject(part['functionCall'])
      ? part['functionCall']
      : part
  const call = toolCallBlock(
    firstText(inner['name'], inner['toolName'], inner['tool_name'], nameInType(part)),
    inner['input'] ?? inner['arguments'] ?? inner['args'] ?? inner['action'],
    leftOut,
    options,
  )
  // LibreChat and the AI SDK keep a call and what came of it in one part.
  const result = inner['output'] ?? inner['result']
  return result === undefined || result === null || result === ''
    ? call
    : joinBlocks([call, toolResultBlock(result, leftOut, options, isFailed(inner))])
}

/** The AI SDK writes the tool's name into the type: `tool-readFile`. */
function nameInType(part: JsonObject): string | undefined {
  return firstText(part['type'])?.replace(/^tool-(?=[a-z])(?!call$|use$|invocation$)/i, '')
}

function isFailed(part: JsonObject): boolean {
  return part['is_error'] === true || part['isError'] === true || part['status'] === 'error'
}

/** A call of a tool: counted, or a block where tools are wanted. */
export function toolCallBlock(
  name: string | undefined,
  input: unknown,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  if (options.includeTools !== true) {
    leaveOut(leftOut, 'tool call')
    return ''
  }
  const own = name ?? 'unnamed'
  return joinBlocks(bodiesOfCall(own, input).map((body) => callBlock(own, body)))
}

function toolResult(part: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  return toolResultBlock(
    part['content'] ?? part['output'] ?? part['result'] ?? part['functionResponse'],
    leftOut,
    options,
    isFailed(part),
  )
}

/** A result of a tool: counted, or a block where tools are wanted. */
export function toolResultBlock(
  result: unknown,
  leftOut: LeftOut,
  options: ReadOptions,
  isError = false,
): string {
  if (options.includeTools !== true) {
    leaveOut(leftOut, 'tool result')
    return ''
  }
  const text = toolResultText(result, leftOut)
  return text.trim() === '' ? '' : resultBlock(text, isError)
}

/** What terminals take for colours and moves of the cursor, titles and links' addresses. */
// oxlint-disable-next-line no-control-regex
const escapes = /\u001b(?:\[[\d;?]{0,20}[A-Za-z]|\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\))/g

/** What a tool gave back, as text: of parts those with text, of an object what it says rather than how. */
export function toolResultText(result: unknown, leftOut: LeftOut): string {
  const text = Array.isArray(result)
    ? joinBlocks(result.map((part) => (isObject(part) ? partText(part, leftOut) : asText(part))))
    : isObject(result)
      ? objectText(result, leftOut)
      : asText(result)
  const plain = text.includes('\u001b') ? text.replace(escapes, '') : text
  // What Claude Code tells the model beside the result.
  return plain.includes('<system-reminder>')
    ? replaceTagged(plain, 'system-reminder', () => '').trimEnd()
    : plain
}

function partText(part: JsonObject, leftOut: LeftOut): string {
  const { text, data } = part
  if (typeof text === 'string') return text
  const kind = firstText(part['type'], part['kind']) ?? ''
  if (/image|picture/.test(kind)) return seen('image', part, leftOut)
  if (kind === 'text' && typeof data === 'string') return data
  const file = dataOf(part)
  if (file) return seen(mediumOf(file) ?? 'file', file, leftOut)
  return objectText(kind === 'json' && isObject(data) ? data : part, leftOut)
}

const resultFields = [
  'text',
  'output',
  'content',
  'result',
  'stdout',
  'response',
  'message',
  'error',
  'llmContent',
]

function objectText(result: JsonObject, leftOut: LeftOut): string {
  const errors = firstText(result['stderr'])
  for (const field of resultFields) {
    const value = result[field]
    if (typeof value === 'string' && (value !== '' || errors === undefined))
      return joinBlocks([value, errors ?? ''])
    if (Array.isArray(value) && value.every((part) => isObject(part))) return toolResultText(value, leftOut)
    if (isObject(value) && ['text', 'output', 'content'].some((inner) => inner in value))
      return objectText(value, leftOut)
  }
  return errors ?? asText(result)
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2)
}

function seen(what: string, part: JsonObject, leftOut: LeftOut): string {
  const name = firstText(part['file_name'], part['filename'], part['name'], part['alt'])
  const id = embeddedId(part)
  if (id !== undefined) return embedded(id, what === 'image', name)
  const address = what === 'image' ? webAddressIn(part) : undefined
  // Fetching it would tell where it lies that somebody imports this; whoever reads it may follow the link.
  if (address !== undefined) return `[${name ?? 'image'}](${address})`
  leaveOut(leftOut, what)
  return noteOf(what, name)
}

function transcript(part: JsonObject): string {
  const audio = part['audio']
  return firstText(part['transcript'], isObject(audio) ? audio['transcript'] : undefined) ?? ''
}

function file(part: JsonObject, leftOut: LeftOut, { files }: ReadOptions): string {
  const source = part['source']
  const inner = isObject(part['file']) ? part['file'] : part
  const name = firstText(inner['file_name'], inner['filename'], inner['name'], part['title'])
  const text = isObject(source) && source['type'] === 'text' ? firstText(source['data']) : undefined
  if (text !== undefined) return quotedFile(name ?? 'document', text)
  const id = embeddedId(part) ?? keptShort(inner['file_data'] ?? inner['data'], files, name)
  if (id !== undefined) return embedded(id, false, name)
  leaveOut(leftOut, 'file')
  return noteOf('file', name)
}
