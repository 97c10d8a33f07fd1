import type { Role } from '../../../chats/chat.ts'
import { startAgentTalk } from '../../agents/agent-talk.ts'
import {
  type ChatDraft,
  type ConversationFormat,
  type LeftOut,
  type ReadOptions,
  type Session,
  type SessionFormat,
} from '../../imported-chat.ts'
import { addLeftOut, leaveOut } from '../../left-out.ts'
import { embedded, embeddedId } from '../../embedded-files.ts'
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
import { joinBlocks, noteOf } from '../../text/markdown-blocks.ts'
import { noteContext } from '../../text/private-traces.ts'

/**
 * A session file of OpenAI's Codex (`~/.codex/sessions/…/rollout-….jsonl`). Since autumn 2025 each line is
 * `{ timestamp, type, payload }`: session_meta, turn_context (the model), response_item (what went over the API) and
 * event_msg (what the screen showed). Before, the items stood bare after a first line of metadata. The program's own
 * words to the model travel as user messages in the items; where events say what the person typed, those count.
 */
export const codex: SessionFormat = { name: 'Codex', recognisesLine, start }

/** The first versions wrote one object: `{ session, items }`. */
export const codexFile: ConversationFormat = {
  name: 'Codex',
  recognises: (value) =>
    isObject(value) &&
    isObject(value['session']) &&
    Array.isArray(value['items']) &&
    'instructions' in value['session'],
  read: (value, options) => {
    const { session, items } = objectOf(value)
    const reading = start(options)
    for (const line of [session, ...arrayOf(items)]) reading.add(line)
    return reading.finish()
  },
}

const lineTypes = new Set(['session_meta', 'turn_context', 'response_item', 'event_msg', 'compacted'])

function recognisesLine(line: unknown): boolean {
  if (!isObject(line)) return false
  if (typeof line['type'] === 'string' && lineTypes.has(line['type']) && isObject(line['payload']))
    return true
  if (line['record_type'] === 'state') return true
  return (
    typeof line['id'] === 'string' &&
    typeof line['timestamp'] === 'string' &&
    ('instructions' in line || 'git' in line) &&
    !('role' in line)
  )
}

/** One thing that was said, or a call or result of a tool as the items have it. */
type Said = {
  role: Role
  text: string
  at: number | undefined
  from: 'item' | 'event'
  leftOut?: LeftOut
  tool?: JsonObject
  thought?: true
}

function start(options: ReadOptions): Session {
  const said: Said[] = []
  const talk = startAgentTalk(options)
  let id: string | undefined
  let name: string | undefined
  let model: string | undefined
  let startedAt: number | undefined
  let held = 0

  function say(one: Said): void {
    held += one.text.length
    said.push(one)
  }

  function add(value: unknown): void {
    if (!isObject(value)) return
    const payload = isObject(value['payload']) ? value['payload'] : value
    noteWhere(payload)
    const at = firstTime(value['timestamp'])
    if (value['type'] === 'session_meta' || (value['type'] === undefined && 'instructions' in value)) {
      id ??= firstId(payload['id'])
      startedAt ??= firstTime(payload['timestamp'], value['timestamp'])
    } else if (value['type'] === 'event_msg') readEvent(payload, at)
    else if (value['type'] === 'turn_context') model = firstText(payload['model']) ?? model
    else if (value['type'] === 'response_item' || !('payload' in value)) readItem(payload, at)
  }

  function noteWhere(payload: JsonObject): void {
    const git = objectOf(payload['git'])
    for (const directory of [payload['cwd'], ...arrayOf(payload['workspace_roots'])])
      noteContext(talk.traces, { directory })
    noteContext(talk.traces, {
      branch: git['branch'] ?? payload['git_branch'],
      host: payload['hostname'] ?? payload['host'],
    })
    if ('model' in payload && 'cwd' in payload) model = firstText(payload['model']) ?? model
  }

  function readEvent(payload: JsonObject, at: number | undefined): void {
    if (payload['type'] === 'user_message') {
      const images = [...arrayOf(payload['images']), ...arrayOf(payload['local_images'])]
      const text = joinBlocks([
        typedText(firstText(payload['message']) ?? ''),
        ...images.map((image) => {
          const id = embeddedId(image)
          return id === undefined ? noteOf('image') : embedded(id, true)
        }),
      ])
      const missing = images.filter((image) => embeddedId(image) === undefined).length
      say({ role: 'user', text, at, from: 'event', leftOut: { image: missing } })
    } else if (payload['type'] === 'agent_message') {
      say({ role: 'assistant', text: firstText(payload['message']) ?? '', at, from: 'event' })
    } else if (payload['type'] === 'thread_name_updated') {
      name = firstText(payload['thread_name'], payload['name']) ?? name
    } else if (payload['type'] === 'thread_rolled_back')
      takeBack(typeof payload['num_turns'] === 'number' ? payload['num_turns'] : 0)
  }

  /** Forgets the last turns, each from what the person said on. */
  function takeBack(turns: number): void {
    let prompts = 0
    let start = said.length
    while (prompts < turns && start > 0) {
      start--
      const one = said[start]
      // Item and event of a prompt stand side by side: the two are one.
      if (one?.role === 'user' && one.text !== '' && said[start - 1]?.text !== one.text) prompts++
    }
    const gone = withoutDoubles(said.splice(start)).filter(({ tool, thought }) => !tool && !thought)
    leaveOut(talk.leftOut, 'message from a branch taken back', gone.length)
  }

  function readItem(item: JsonObject, at: number | undefined): void {
    const type = firstText(item['type']) ?? ('role' in item ? 'message' : '')
    if (type === 'message') readMessage(item, at)
    else if (type === 'reasoning') readReasoning(item, at)
    else if (type.endsWith('_output') || type.endsWith('_call')) {
      held += JSON.stringify(item).length
      say({ role: 'assistant', text: '', at, from: 'item', tool: item })
    }
  }

  function readMessage(item: JsonObject, at: number | undefined): void {
    const role = item['role']
    if (role !== 'user' && role !== 'assistant') return
    const seen: LeftOut = {}
    const parts = typeof item['content'] === 'string' ? [item['content']] : arrayOf(item['content'])
    const shown =
      role === 'assistant'
        ? parts
        : parts.filter((part) => {
            const text = textOfContent(part, {}, options)
            return !isInjected(text) && !/^\s*<\/?image\b[^<>]*>\s*$/.test(text)
          })
    const text = textOfContent(shown, seen, options)
    say({ role, text: role === 'user' ? typedText(text) : text, at, from: 'item', leftOut: seen })
  }

  function readReasoning(item: JsonObject, at: number | undefined): void {
    const texts = [...arrayOf(item['summary']), ...arrayOf(item['content'])].flatMap(
      (part) => firstText(objectOf(part)['text']) ?? [],
    )
    const text = texts.join('\n\n')
    if (text !== '') say({ role: 'assistant', text, at, from: 'item', thought: true })
    else if (firstText(item['encrypted_content']) !== undefined) talk.hideThought()
  }

  function finish(): ChatDraft {
    for (const { role, text, at, leftOut, tool, thought } of withoutDoubles(said)) {
      if (tool !== undefined) readTool(tool, at)
      else if (thought === true) talk.think(text, at)
      else talk.say(role, text, at)
      addLeftOut(talk.leftOut, leftOut ?? {})
    }
    return talk.finish({ source: 'codex', id, name, model, usualModel: 'Codex', createdAt: startedAt })
  }

  function readTool(item: JsonObject, at: number | undefined): void {
    const type = firstText(item['type']) ?? ''
    const callId = firstId(item['call_id'], item['id'])
    if (type.endsWith('_output')) {
      const { text, isError } = outputOf(item)
      talk.result(text, at, { id: callId, isError })
      return
    }
    const input = item['arguments'] ?? item['input'] ?? item['action'] ?? item['query']
    talk.call(firstText(item['name'], type) ?? type, input, at, callId)
  }

  return { add, heldText: () => held, finish }
}

/** Items and events tell the same twice: of a person's words events are taken where there are any, else items. */
function withoutDoubles(said: readonly Said[]): Said[] {
  const has = (role: Role, from: Said['from']): boolean =>
    said.some((one) => one.role === role && one.from === from && one.text.trim() !== '')
  const userFrom = has('user', 'event') ? 'event' : 'item'
  const itemsSpeak = said.some(
    (one) => one.role === 'assistant' && one.from === 'item' && !one.tool && !one.thought,
  )
  const assistantFrom = itemsSpeak ? 'item' : 'event'
  return said.filter(
    (one) =>
      one.tool !== undefined ||
      one.thought === true ||
      one.from === (one.role === 'user' ? userFrom : assistantFrom),
  )
}

const injected =
  /^\s*(?:<(?:user_instructions|environment_context|INSTRUCTIONS|permissions instructions|collaboration_mode|skill|skills_instructions|turn_aborted|subagent_notification|user_shell_command|model_switch|apps_instructions|plugins_instructions|personality_spec)\b|# AGENTS\.md instructions)/

function isInjected(text: string): boolean {
  return injected.test(text)
}

/** What the person typed in an editor, without the open files that the extension puts before it. */
function typedText(text: string): string {
  if (isInjected(text)) return ''
  const mark = '\n## My request for Codex:'
  const at = text.startsWith('# Context from my IDE setup:') ? text.indexOf(mark) : -1
  return (at === -1 ? text : text.slice(at + mark.length)).trim()
}

/** The output of a tool; a shell's is a text of JSON that has the exit code, or says it in a line above. */
function outputOf(item: JsonObject): { text: unknown; isError: boolean } {
  const output = item['output']
  const inner = typeof output === 'string' && output.startsWith('{') ? parsed(output) : output
  if (isObject(inner) && typeof inner['output'] === 'string') {
    const code = objectOf(inner['metadata'])['exit_code']
    return { text: inner['output'], isError: typeof code === 'number' && code !== 0 }
  }
  if (typeof output !== 'string') return { text: output, isError: objectOf(output)['success'] === false }
  const code = /^(?:Exit code|Process exited with code):? (\d{1,5})$/m.exec(output.slice(0, 300))?.[1]
  return { text: output, isError: code !== undefined && code !== '0' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
