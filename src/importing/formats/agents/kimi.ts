import { readCalls, readParts } from '../../agents/agent-parts.ts'
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
import { agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'Kimi', source: 'kimi', usualModel: 'Kimi' }

/**
 * What passed between Kimi's agent and its screen (`~/.kimi/sessions/…/wire.jsonl`): `{ timestamp, message: { type,
 * payload } }` a line, the arguments of a call in pieces where they are long. Newer ones have whole messages.
 */
export const kimiWire = agentLines({
  ...program,
  recognises: (line) =>
    (line['type'] === 'metadata' && 'protocol_version' in line) ||
    line['type'] === 'agent.message.appended' ||
    ('timestamp' in line && isObject(objectOf(line['message'])['payload'])),
  start: (talk) => {
    let pieces: string[] = []
    let begun: number | undefined
    let call:
      | { name: string; id: string | undefined; arguments: string[]; at: number | undefined }
      | undefined
    const flush = (): void => {
      talk.say('assistant', pieces.join(''), begun)
      pieces = []
      if (call !== undefined) talk.call(call.name, call.arguments.join(''), call.at, call.id)
      call = undefined
    }
    const addMessage = (message: JsonObject, at: number | undefined): void => {
      const role = message['role']
      if (role === 'tool') talk.result(message['content'], at, { id: firstId(message['tool_call_id']) })
      else if (role === 'user' || role === 'assistant') {
        readParts(talk, role, message['content'], at)
        readCalls(talk, message['tool_calls'] ?? message['toolCalls'], at)
      }
    }
    const add = (line: JsonObject): void => {
      const at = firstTime(line['timestamp'], line['time'])
      const message = objectOf(line['message'])
      if (line['type'] === 'agent.message.appended') {
        addMessage(isObject(message['message']) ? message['message'] : message, at)
        return
      }
      const payload = objectOf(message['payload'])
      const type = message['type']
      if (type === 'ToolCallPart') {
        call?.arguments.push(firstText(payload['arguments_part']) ?? '')
        return
      }
      if (type === 'ContentPart' && payload['type'] === 'text') {
        if (call !== undefined) flush()
        if (pieces.length === 0) begun = at
        pieces.push(typeof payload['text'] === 'string' ? payload['text'] : '')
        return
      }
      flush()
      if (type === 'TurnBegin' || type === 'SteerInput') readParts(talk, 'user', payload['user_input'], at)
      else if (type === 'ContentPart') readParts(talk, 'assistant', [payload], at)
      else if (type === 'ToolCall') {
        const inner = objectOf(payload['function'])
        const name = firstText(inner['name'], payload['name']) ?? 'unnamed'
        call = { name, id: firstId(payload['id']), arguments: [firstText(inner['arguments']) ?? ''], at }
      } else if (type === 'ToolResult') {
        const value = objectOf(payload['return_value'] ?? payload['result'])
        talk.result(value['output'] ?? value['message'], at, {
          id: firstId(payload['tool_call_id']),
          isError: value['is_error'] === true,
        })
      } else if (type === 'CompactionBegin') leaveOut(talk.leftOut, 'summary of earlier messages')
    }
    return { add, end: flush }
  },
})

/** What Kimi's agent sends to the model (`context.jsonl`): messages, and records whose roles begin with `_`. */
export const kimiContext = agentFile({
  ...program,
  recognises: (value) =>
    Array.isArray(value) &&
    value.slice(0, 200).some((one) => isRecord(one)) &&
    value.some((one) => !isRecord(one)),
  read: (value, talk) => {
    for (const message of arrayOf(value).filter(isObject)) {
      const at = firstTime(message['timestamp'])
      if (message['role'] === 'tool')
        talk.result(message['content'], at, { id: firstId(message['tool_call_id']) })
      else if (message['role'] === 'user' || message['role'] === 'assistant') {
        readParts(talk, message['role'], message['content'], at)
        readCalls(talk, message['tool_calls'], at)
      }
    }
  },
})

function isRecord(value: unknown): boolean {
  return isObject(value) && /^_(?:checkpoint|usage|system_prompt)$/.test(firstText(value['role']) ?? '')
}
