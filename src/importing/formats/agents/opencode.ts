import type { AgentTalk } from '../../agents/agent-talk.ts'
import { leaveOut } from '../../left-out.ts'
import { textOfContent } from '../../message-parts.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../../streams/loose-json.ts'
import { typedText } from '../../text/typed-text.ts'
import { noteContext } from '../../text/private-traces.ts'
import { type About, agentFile, inTimeOrder } from '../../agents/agent-format.ts'

/**
 * `opencode export`: `{ info, messages: [{ info, parts }] }`. Messages are in no certain order; their parts are texts,
 * reasoning, and calls of tools with what came of them.
 */
export const openCode = agentFile({
  name: 'opencode',
  source: 'opencode',
  usualModel: 'opencode',
  recognises: (value) =>
    isObject(value) &&
    isObject(value['info']) &&
    arrayOf(value['messages']).some(
      (message) => isObject(message) && isObject(message['info']) && Array.isArray(message['parts']),
    ),
  read: (value, talk, about) => {
    const { info, messages } = objectOf(value)
    readSession(objectOf(info), talk, about)
    const all = arrayOf(messages).filter(isObject)
    for (const message of inTimeOrder(all, (one) => objectOf(objectOf(one['info'])['time'])['created']))
      readMessage(objectOf(message['info']), arrayOf(message['parts']), talk, about)
  },
})

function readSession(info: JsonObject, talk: AgentTalk, about: About): void {
  const title = firstText(info['title'])
  const time = objectOf(info['time'])
  about.id = firstId(info['id'])
  // What it calls sessions before it has found a title.
  about.name = title !== undefined && /^(?:New|Child) session - \d{4}-/.test(title) ? undefined : title
  about.createdAt = firstTime(time['created'])
  about.updatedAt = firstTime(time['updated'])
  noteContext(talk.traces, { directory: info['directory'] })
}

function readMessage(info: JsonObject, parts: unknown[], talk: AgentTalk, about: About): void {
  const at = firstTime(objectOf(info['time'])['created'])
  const isUser = info['role'] === 'user'
  const { cwd, root } = objectOf(info['path'])
  noteContext(talk.traces, { directory: cwd })
  noteContext(talk.traces, { directory: root })
  if (!isUser) about.model = firstText(info['modelID'], objectOf(info['model'])['modelID']) ?? about.model
  if (isObject(info['error'])) leaveOut(talk.leftOut, 'error message')
  const said: string[] = []
  const flush = (): void => talk.say(isUser ? 'user' : 'assistant', said.splice(0).join('\n\n'), at)
  for (const part of parts.filter(isObject)) {
    const text = firstText(part['text']) ?? ''
    if (part['type'] !== 'text' && part['type'] !== 'file') flush()
    if (part['type'] === 'text') {
      // What the program put beside the person's words, such as files that they named.
      if (part['synthetic'] === true || part['ignored'] === true) continue
      const own = isUser ? typedText(text) : text
      if (own.trim() !== '') said.push(own)
    } else if (part['type'] === 'reasoning') talk.think(text, at)
    else if (part['type'] === 'tool') readTool(part, talk, at)
    else if (part['type'] === 'compaction') leaveOut(talk.leftOut, 'summary of earlier messages')
    else if (part['type'] === 'file') {
      said.push(textOfContent([filePart(part)], talk.leftOut, { includeTools: false }))
    }
  }
  flush()
}

/** `{ type: 'file', mime, filename, url }`, as other APIs have it. */
function filePart(part: JsonObject): JsonObject {
  const isImage = firstText(part['mime'])?.startsWith('image/') === true
  return { type: isImage ? 'image' : 'file', filename: part['filename'], url: part['url'] }
}

function readTool(part: JsonObject, talk: AgentTalk, at: number | undefined): void {
  const state = objectOf(part['state'])
  const id = firstId(part['callID'], part['id'])
  const time = firstTime(objectOf(state['time'])['start']) ?? at
  talk.call(firstText(part['tool']) ?? 'unnamed', state['input'], time, id)
  const isError = state['status'] === 'error'
  const output = isError ? state['error'] : state['output']
  const files = arrayOf(state['attachments']).filter(isObject).map(filePart)
  const given = files.length === 0 ? output : [output, ...files]
  if (output !== undefined) talk.result(given, time, { id, isError, structured: answersOf(state) })
}

/** The question tool keeps answers in the order of its questions. */
function answersOf(state: JsonObject): unknown {
  const answers = arrayOf(objectOf(state['metadata'])['answers'])
  const questions = arrayOf(objectOf(state['input'])['questions']).map((one) =>
    firstText(objectOf(one)['question']),
  )
  if (answers.length === 0) return undefined
  return {
    answers: Object.fromEntries(answers.map((answer, index) => [questions[index] ?? `${index + 1}`, answer])),
  }
}
