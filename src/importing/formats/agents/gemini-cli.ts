import type { AgentTalk } from '../../agents/agent-talk.ts'
import { readParts } from '../../agents/agent-parts.ts'
import { leaveOut } from '../../left-out.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../../streams/loose-json.ts'
import { noteContext } from '../../text/private-traces.ts'
import { type About, agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'Gemini CLI', source: 'gemini-cli', usualModel: 'Gemini' }

/**
 * A session of Gemini CLI (`~/.gemini/tmp/<project>/chats/session-….json`): one object with `messages` of type user,
 * gemini, info …, as packages/core/src/services/chatRecordingTypes.ts has them. Newer ones are lines: the object without
 * its messages, then a message each; a message that is written again replaces the first, `$set` changes the object, and
 * `$rewindTo` takes back what came after a message.
 */
export const geminiSession = agentFile({
  ...program,
  recognises: (value) =>
    isObject(value) &&
    typeof value['sessionId'] === 'string' &&
    arrayOf(value['messages']).some((message) => isRecord(message)),
  read: (value, talk, about) => {
    const session = objectOf(value)
    readHead(session, talk, about)
    readRecords(arrayOf(session['messages']).filter(isObject), talk, about)
  },
})

export const geminiLines = agentLines({
  ...program,
  recognises: (line) =>
    typeof line['sessionId'] === 'string' &&
    typeof line['projectHash'] === 'string' &&
    arrayOf(line['messages']).length === 0,
  start: (talk, about) => {
    const records = new Map<string, JsonObject>()
    let held = 0
    return {
      add: (line) => {
        const rewound = firstId(line['$rewindTo'])
        if (rewound !== undefined) takeBack(records, rewound, talk)
        else if (isObject(line['$set'])) readHead(line['$set'], talk, about)
        else if (isRecord(line)) {
          held += JSON.stringify(line).length
          records.set(firstId(line['id']) ?? String(records.size), line)
        } else readHead(line, talk, about)
      },
      heldText: () => held,
      end: () => {
        readRecords([...records.values()], talk, about)
      },
    }
  },
})

function takeBack(records: Map<string, JsonObject>, to: string, talk: AgentTalk): void {
  const ids = [...records.keys()]
  const from = ids.indexOf(to)
  if (from === -1) return
  const gone = ids.slice(from).filter((id) => records.delete(id))
  leaveOut(talk.leftOut, 'message from a branch taken back', gone.length)
}

function isRecord(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['type'] === 'string' &&
    /^(?:user|gemini|model|qwen|assistant|info|error|warning)$/.test(value['type']) &&
    'content' in value
  )
}

function readHead(session: JsonObject, talk: AgentTalk, about: About): void {
  about.id ??= firstId(session['sessionId'])
  about.createdAt ??= firstTime(session['startTime'])
  about.updatedAt = firstTime(session['lastUpdated']) ?? about.updatedAt
  about.name = firstText(session['summary'], session['title']) ?? about.name
  for (const directory of arrayOf(session['directories'])) noteContext(talk.traces, { directory })
}

function readRecords(records: readonly JsonObject[], talk: AgentTalk, about: About): void {
  for (const [index, record] of records.entries()) {
    const next = records[index + 1]
    readRecord(record, talk, about, next !== undefined && isAnswer(next))
  }
}

function isAnswer(message: JsonObject): boolean {
  return /^(?:gemini|model|qwen|assistant)$/.test(firstText(message['type']) ?? '')
}

/** @param goesOn whether the model went on after the record: then it called tools after what it said, else before */
function readRecord(message: JsonObject, talk: AgentTalk, about: About, goesOn: boolean): void {
  const at = firstTime(message['timestamp'])
  const content = message['displayContent'] ?? message['content']
  if (message['type'] === 'user') {
    readParts(talk, 'user', Array.isArray(content) ? content.filter((part) => !isSetup(part)) : content, at)
    return
  }
  if (!isAnswer(message)) {
    leaveOut(talk.leftOut, 'notice of the program')
    return
  }
  about.model = firstText(message['model']) ?? about.model
  for (const thought of arrayOf(message['thoughts']).map(objectOf)) {
    const parts = [firstText(thought['subject']), firstText(thought['description'], thought['text'])]
    talk.think(parts.filter((part) => part !== undefined).join('\n\n'), at)
  }
  if (goesOn) readParts(talk, 'assistant', content, at)
  for (const call of arrayOf(message['toolCalls']).map(objectOf)) {
    const id = firstId(call['id'])
    talk.call(firstText(call['name']) ?? 'unnamed', call['args'], firstTime(call['timestamp']) ?? at, id)
    const output = responsesOf(call['result']) ?? call['resultDisplay']
    const isError = call['status'] === 'error' || call['status'] === 'cancelled'
    if (output !== undefined) talk.result(output, at, { id, isError })
  }
  if (!goesOn) readParts(talk, 'assistant', content, at)
}

/** What a tool gave back, out of parts `{ functionResponse: { response, parts } }`; pictures are in it or beside it. */
function responsesOf(result: unknown): unknown {
  const parts = arrayOf(result).map(objectOf)
  const answers = parts.map((part) => objectOf(part['functionResponse']))
  const [response] = answers.flatMap((answer) => answer['response'] ?? [])
  if (response === undefined) return result ?? undefined
  const beside = [...parts, ...answers.flatMap((answer) => arrayOf(answer['parts']).map(objectOf))]
  const files = beside.filter((part) => isObject(part['inlineData']))
  return files.length === 0 ? response : [response, ...files]
}

/** The program's own words at the start of a conversation: the date, the system, the folder and what is in it. */
const setup = /^\s*(?:<session_context>\s*)?This is (?:the )?(?:Gemini CLI|Qwen Code)\b/

function isSetup(part: unknown): boolean {
  return setup.test(firstText(isObject(part) ? part['text'] : part) ?? '')
}

function historyOf(value: unknown): unknown[] {
  return Array.isArray(value)
    ? value
    : arrayOf(objectOf(value)['history'] ?? objectOf(value)['clientHistory'])
}

/**
 * What `/chat save` and `/chat share x.json` of Gemini CLI and Qwen Code write: the contents as they went over the API,
 * bare or as `history`. They begin with the program's own words and the model's nod.
 */
export const geminiCheckpoint = agentFile({
  ...program,
  recognises: (value) => {
    const [first] = historyOf(value)
    return isObject(first) && arrayOf(first['parts']).some(isSetup)
  },
  read: (value, talk, about) => {
    let isAfterSetup = false
    for (const message of historyOf(value).filter(isObject)) {
      const parts = arrayOf(message['parts'])
      if (parts.some(isSetup)) {
        noteSetup(parts, talk)
        leaveOut(talk.leftOut, 'message of the program')
        isAfterSetup = true
        continue
      }
      // The nod is there for the alternation of roles alone.
      if (isAfterSetup && message['role'] === 'model' && isNod(parts)) {
        leaveOut(talk.leftOut, 'message of the program')
        isAfterSetup = false
        continue
      }
      isAfterSetup = false
      readParts(
        talk,
        message['role'] === 'user' ? 'user' : 'assistant',
        parts,
        firstTime(message['timestamp']),
      )
    }
    about.model = firstText(objectOf(value)['model'])
  },
})

function isNod(parts: readonly unknown[]): boolean {
  return (
    parts.length === 1 &&
    /^Got it\. Thanks for the context!?$/.test(firstText(objectOf(parts[0])['text'])?.trim() ?? '')
  )
}

function noteSetup(parts: readonly unknown[], talk: AgentTalk): void {
  for (const part of parts) {
    const text = firstText(objectOf(part)['text']) ?? ''
    const directory = /working (?:in the )?director(?:y|ies):\s{1,8}(?:- )?([^\n]{1,1000})/.exec(
      text.slice(0, 20_000),
    )?.[1]
    noteContext(talk.traces, { directory: directory?.trim() })
  }
}

/**
 * A session of Qwen Code (`~/.qwen/projects/<project>/chats/<session>.jsonl`): lines linked as Claude Code's, whose
 * messages are of the form of Google's API. Results of tools are lines of type tool_result.
 */
export const qwenCode = agentLines({
  name: 'Qwen Code',
  source: 'qwen-code',
  usualModel: 'Qwen',
  recognises: (line) =>
    typeof line['sessionId'] === 'string' &&
    'uuid' in line &&
    (Array.isArray(objectOf(line['message'])['parts']) || 'systemPayload' in line),
  start: (talk, about) => {
    const met = new Set<string>()
    const add = (line: JsonObject): void => {
      const uuid = firstId(line['uuid'])
      if (uuid !== undefined && met.has(uuid)) return
      if (uuid !== undefined) met.add(uuid)
      about.id ??= firstId(line['sessionId'])
      noteContext(talk.traces, { directory: line['cwd'], branch: line['gitBranch'] })
      const title = line['subtype'] === 'custom_title' ? objectOf(line['systemPayload']) : {}
      about.name = firstText(line['customTitle'], title['customTitle'], title['title']) ?? about.name
      if (!/^(?:user|assistant|tool_result)$/.test(firstText(line['type']) ?? '')) return
      if (line['type'] === 'assistant') about.model = firstText(line['model']) ?? about.model
      const parts = arrayOf(objectOf(line['message'])['parts']).filter((part) => !isSetup(part))
      readParts(talk, line['type'] === 'user' ? 'user' : 'assistant', parts, firstTime(line['timestamp']))
    }
    return { add }
  },
})

/** What `gemini -p … --output-format stream-json` prints, an event a line; an answer comes in pieces. */
export const geminiStream = agentLines({
  ...program,
  recognises: (line) =>
    line['type'] === 'init' && typeof line['session_id'] === 'string' && !('subtype' in line),
  start: (talk, about) => {
    let pieces: string[] = []
    let begun: number | undefined
    const flush = (): void => {
      talk.say('assistant', pieces.join(''), begun)
      pieces = []
    }
    const add = (line: JsonObject): void => {
      const at = firstTime(line['timestamp'])
      about.id ??= firstId(line['session_id'])
      about.model ??= firstText(line['model'])
      if (line['type'] === 'message' && line['role'] === 'assistant') {
        if (pieces.length === 0) begun = at
        pieces.push(firstText(line['content']) ?? '')
        if (line['delta'] !== true) flush()
        return
      }
      flush()
      if (line['type'] === 'message') readParts(talk, 'user', line['content'], at)
      else if (line['type'] === 'tool_use')
        talk.call(firstText(line['tool_name']) ?? 'unnamed', line['parameters'], at, firstId(line['tool_id']))
      else if (line['type'] === 'tool_result')
        talk.result(line['output'] ?? line['error'], at, {
          id: firstId(line['tool_id']),
          isError: line['status'] === 'error',
        })
    }
    return { add, end: flush }
  },
})
