import { startAgentTalk } from '../../agents/agent-talk.ts'
import type { ReadOptions, Session, SessionFormat } from '../../imported-chat.ts'
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

/**
 * What `codex exec --json` prints: `thread.started`, then an `item.completed` for each thing that was said or done. It has
 * no prompt. Before autumn 2025 the lines were `{ id, msg: { type } }` after one with the settings and one with the prompt.
 */
export const codexExec: SessionFormat = {
  name: 'Codex',
  recognisesLine: (line) => {
    if (!isObject(line)) return false
    const type = firstText(line['type']) ?? ''
    if (/^(?:thread|turn)\.\w+$/.test(type) || (/^item\.\w+$/.test(type) && isObject(line['item'])))
      return true
    if (isObject(line['msg']) && typeof line['msg']['type'] === 'string') return true
    return 'workdir' in line && 'sandbox' in line && 'model' in line
  },
  start,
}

function start(options: ReadOptions): Session {
  const talk = startAgentTalk(options)
  let id: string | undefined
  let model: string | undefined

  function add(value: unknown): void {
    if (!isObject(value)) return
    id ??= firstId(value['thread_id'])
    model ??= firstText(value['model'])
    noteContext(talk.traces, { directory: value['workdir'] })
    const at = firstTime(value['timestamp'])
    if (typeof value['prompt'] === 'string') talk.say('user', value['prompt'], at)
    if (value['type'] === 'item.completed') readItem(objectOf(value['item']), at)
    if (isObject(value['msg'])) readMessage(value['msg'], at)
  }

  function readItem(item: JsonObject, at: number | undefined): void {
    const key = firstId(item['id'])
    switch (item['type'] ?? item['item_type']) {
      case 'agent_message':
      case 'assistant_message':
        talk.say('assistant', firstText(item['text']) ?? '', at)
        break
      case 'reasoning':
        talk.think(firstText(item['text']) ?? '', at)
        break
      case 'command_execution':
        talk.call('shell', { command: unwrapped(item['command']) }, at, key)
        talk.result(item['aggregated_output'], at, { id: key, isError: isFailed(item) })
        break
      case 'file_change':
        for (const change of arrayOf(item['changes']).map(objectOf))
          talk.call('file_change', { file: change['path'], kind: change['kind'] }, at)
        break
      case 'mcp_tool_call':
        talk.call(firstText(item['tool']) ?? 'mcp', item['arguments'], at, key)
        talk.result(item['result'] ?? item['error'], at, { id: key, isError: isFailed(item) })
        break
      case 'web_search':
        talk.call('web_search', { query: item['query'] }, at, key)
        break
      case 'error':
        leaveOut(talk.leftOut, 'error message')
        break
      default:
    }
  }

  function readMessage(message: JsonObject, at: number | undefined): void {
    const key = firstId(message['call_id'])
    switch (message['type']) {
      case 'session_configured':
        id ??= firstId(message['session_id'])
        model = firstText(message['model']) ?? model
        break
      case 'agent_message':
        talk.say('assistant', firstText(message['message']) ?? '', at)
        break
      case 'agent_reasoning':
        talk.think(firstText(message['text']) ?? '', at)
        break
      case 'exec_command_begin':
        noteContext(talk.traces, { directory: message['cwd'] })
        talk.call('shell', { command: message['command'] }, at, key)
        break
      case 'exec_command_end':
        talk.result(firstText(message['aggregated_output'], message['stdout'], message['stderr']), at, {
          id: key,
          isError: isFailed(message),
        })
        break
      case 'patch_apply_begin':
        for (const path of Object.keys(objectOf(message['changes'])))
          talk.call('apply_patch', { file: path }, at)
        break
      default:
    }
  }

  return {
    add,
    heldText: talk.heldText,
    finish: () => talk.finish({ source: 'codex', id, model, usualModel: 'Codex' }),
  }
}

function isFailed(item: JsonObject): boolean {
  const code = item['exit_code']
  return item['status'] === 'failed' || (typeof code === 'number' && code !== 0)
}

/** `bash -lc 'npm test'` as one text. */
function unwrapped(command: unknown): unknown {
  if (typeof command !== 'string') return command
  const script = /^(?:\/\S{1,100}\/)?(?:ba|z)?sh -l?c (.*)$/s.exec(command)?.[1]
  if (script === undefined) return command
  return /^(['"])(.*)\1$/s.exec(script)?.[2] ?? script
}
