import {
  type ChatDraft,
  type ConversationFormat,
  ImportError,
  type LeftOut,
  type ReadOptions,
} from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { arrayOf, firstText, firstTime, isObject, type JsonObject, objectOf } from '../streams/loose-json.ts'
import { fenced, joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { embedded, embeddedId } from '../embedded-files.ts'
import { textOfContent, toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { startTurns } from '../turns.ts'

/**
 * A prompt of Google AI Studio as it lies in Google Drive: `chunkedPrompt.chunks`, each a text of user or model, a
 * thought, or a file in Drive. It has no id, and its title is the file's name.
 */
export const aiStudio: ConversationFormat = {
  name: 'Google AI Studio',
  recognises: (value) => isObject(value) && isObject(value['chunkedPrompt']),
  read,
}

const media: [RegExp, string][] = [
  [/image/i, 'image'],
  [/video/i, 'video'],
  [/audio/i, 'audio recording'],
]

function read(value: unknown, options: ReadOptions): ChatDraft {
  const prompt = objectOf(value)
  const chunked = objectOf(prompt['chunkedPrompt'])
  const leftOut: LeftOut = {}
  const turns = startTurns(['user', 'assistant'])
  for (const chunk of arrayOf(chunked['chunks'])) {
    if (isObject(chunk))
      turns.say(
        chunk['role'] === 'user' ? 'user' : 'assistant',
        textOf(chunk, leftOut, options),
        firstTime(chunk['createTime']),
      )
  }
  if (turns.messages.length === 0) throw new ImportError('empty', 'It has no messages.')
  if (
    textOfContent(prompt['systemInstruction'], {}, {}).trim() !== '' ||
    arrayOf(objectOf(prompt['systemInstruction'])['parts']).length > 0
  ) {
    leaveOut(leftOut, 'system message')
  }
  leaveOut(
    leftOut,
    'unsent message',
    arrayOf(chunked['pendingInputs']).filter((input) => firstText(objectOf(input)['text']) !== undefined)
      .length,
  )
  return {
    source: 'ai-studio',
    name: firstText(prompt['title'], prompt['displayName']),
    fallbackName: options.fileTitle,
    model: firstText(objectOf(prompt['runSettings'])['model'])?.replace(/^models\//, ''),
    usualModel: 'Gemini',
    messages: turns.messages,
    leftOut,
  }
}

function textOf(chunk: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  const text = firstText(chunk['text']) ?? textOfContent(chunk['parts'], leftOut, options)
  if (chunk['isThought'] === true || chunk['thought'] === true)
    return text === '' ? '' : quotedReasoning(text)
  if (firstText(chunk['errorMessage']) !== undefined) leaveOut(leftOut, 'error message')
  if (isObject(chunk['grounding'])) leaveOut(leftOut, 'list of sources')
  const code = objectOf(chunk['executableCode'])
  const ran = firstText(code['code'])
  return joinBlocks([
    ...notesOf(chunk, leftOut),
    text,
    ran === undefined
      ? ''
      : options.includeTools === true
        ? fenced(ran, (firstText(code['language']) ?? '').toLowerCase())
        : toolCallBlock('code', ran, leftOut, options),
    isObject(chunk['codeExecutionResult'])
      ? toolResultBlock(chunk['codeExecutionResult'], leftOut, options)
      : '',
  ])
}

function notesOf(chunk: JsonObject, leftOut: LeftOut): string[] {
  return Object.entries(chunk)
    .filter(([field, held]) => /^(?:drive|inline|youtube|file)/.test(field) && isObject(held))
    .map(([field, held]) => {
      // Inline data say what they are by their type, files in Drive by the field's name.
      const kind = firstText(objectOf(held)['mimeType']) ?? field
      const what = media.find(([pattern]) => pattern.test(kind))?.[1] ?? 'file'
      const id = embeddedId(held)
      if (id !== undefined) return embedded(id, what === 'image')
      leaveOut(leftOut, what)
      return noteOf(what)
    })
}
