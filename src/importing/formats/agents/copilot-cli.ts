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
import { agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'Copilot CLI', source: 'copilot-cli', usualModel: 'Copilot' }

/**
 * A session of GitHub's Copilot CLI (`~/.copilot/session-state/<session>/events.jsonl`): an event a line, `{ type, data,
 * id, timestamp, parentId }`, as the Copilot SDK's session events. A call stands in the answer that asks for it, and again
 * when it begins.
 */
export const copilotCli = agentLines({
  ...program,
  recognises: (line) =>
    isObject(line['data']) &&
    'id' in line &&
    /^(?:session|user|assistant|tool|system|hook|subagent|abort)\b[.\w]*$/.test(
      firstText(line['type']) ?? '',
    ) &&
    ('parentId' in line || line['type'] === 'session.start'),
  start: (talk, about) => {
    const called = new Set<string>()
    const call = (name: unknown, input: unknown, at: number | undefined, id: string | undefined): void => {
      if (id !== undefined && called.has(id)) return
      if (id !== undefined) called.add(id)
      talk.call(firstText(name) ?? 'unnamed', input, at, id)
    }
    const add = (line: JsonObject): void => {
      const data = objectOf(line['data'])
      const at = firstTime(line['timestamp'])
      // What a subagent does is told under the call that began it.
      if (firstText(data['parentToolCallId']) !== undefined) return
      switch (line['type']) {
        case 'session.start':
        case 'session.resume':
        case 'session.context_changed': {
          const context = isObject(data['context']) ? data['context'] : data
          noteContext(talk.traces, { directory: context['cwd'], branch: context['branch'] })
          noteContext(talk.traces, { directory: context['gitRoot'] })
          about.id ??= firstId(data['sessionId'])
          about.model = firstText(data['selectedModel']) ?? about.model
          about.createdAt ??= firstTime(data['startTime'], line['timestamp'])
          break
        }
        case 'session.model_change':
          about.model = firstText(data['newModel']) ?? about.model
          break
        case 'session.title_changed':
          about.name = firstText(data['title']) ?? about.name
          break
        case 'user.message':
          if (/^(?:user)?$/.test(firstText(data['source']) ?? '')) {
            leaveOut(talk.leftOut, 'file', arrayOf(data['attachments']).length)
            readParts(talk, 'user', data['content'], at)
          }
          break
        case 'assistant.reasoning':
          talk.think(firstText(data['content']) ?? '', at)
          break
        case 'assistant.message':
          about.model = firstText(data['model']) ?? about.model
          talk.think(firstText(data['reasoningText']) ?? '', at)
          talk.say('assistant', firstText(data['content']) ?? '', at)
          for (const request of arrayOf(data['toolRequests']).map(objectOf))
            call(request['name'], request['arguments'], at, firstId(request['toolCallId']))
          break
        case 'tool.execution_start':
          call(data['toolName'], data['arguments'], at, firstId(data['toolCallId']))
          break
        case 'tool.execution_complete':
          talk.result(data['result'] ?? data['error'], at, {
            id: firstId(data['toolCallId']),
            isError: data['success'] === false,
          })
          break
        case 'session.compaction_complete':
          leaveOut(talk.leftOut, 'summary of earlier messages')
          break
        case 'session.error':
          leaveOut(talk.leftOut, 'error message')
          break
        default:
      }
    }
    return { add }
  },
})

/** Sessions before autumn 2025 (`~/.copilot/history-session-state/session_….json`). */
export const copilotTimeline = agentFile({
  ...program,
  recognises: (value) =>
    isObject(value) && typeof value['sessionId'] === 'string' && Array.isArray(value['timeline']),
  read: (value, talk, about) => {
    const session = objectOf(value)
    about.id = firstId(session['sessionId'])
    about.createdAt = firstTime(session['startTime'])
    about.model = firstText(session['selectedModel'])
    for (const entry of arrayOf(session['timeline']).map(objectOf)) {
      const at = firstTime(entry['timestamp'])
      const id = firstId(entry['callId'])
      if (entry['type'] === 'user') readParts(talk, 'user', entry['text'], at)
      else if (entry['type'] === 'copilot') talk.say('assistant', firstText(entry['text']) ?? '', at)
      else if (entry['type'] === 'tool_call_requested')
        talk.call(firstText(entry['name']) ?? 'unnamed', entry['arguments'], at, id)
      else if (entry['type'] === 'tool_call_completed') {
        talk.call(firstText(entry['name']) ?? 'unnamed', entry['arguments'], at, id)
        const { log, type } = objectOf(entry['result'])
        talk.result(log ?? entry['result'], at, { id, isError: type !== undefined && type !== 'success' })
      }
    }
  },
})
