import type { Role } from '../../chats/chat.ts'
import {
  type ChatDraft,
  type ConversationFormat,
  ImportError,
  type LeftOut,
  type ReadOptions,
  type Session,
  type SessionFormat,
} from '../imported-chat.ts'
import { addLeftOut, leaveOut } from '../left-out.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../streams/loose-json.ts'
import { joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { textOfContent, toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { cleanerOf, noteHosts, noTraces } from '../text/private-traces.ts'
import { startTurns } from '../turns.ts'

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

type Said = { role: Role; text: string; at: number | undefined; from: 'item' | 'event'; leftOut?: LeftOut }

function start(options: ReadOptions): Session {
  const said: Said[] = []
  const traces = noTraces()
  const leftOut: LeftOut = {}
  let id: string | undefined
  let name: string | undefined
  let model: string | undefined
  let startedAt: number | undefined
  let held = 0

  function say(one: Said): void {
    held += one.text.length
    noteHosts(one.text, traces)
    said.push(one)
  }

  function add(value: unknown): void {
    if (!isObject(value)) return
    const payload = isObject(value['payload']) ? value['payload'] : value
    noteContext(payload)
    const at = firstTime(value['timestamp'])
    if (value['type'] === 'session_meta' || (value['type'] === undefined && 'instructions' in value)) {
      id ??= firstId(payload['id'])
      startedAt ??= firstTime(payload['timestamp'], value['timestamp'])
    } else if (value['type'] === 'event_msg') readEvent(payload, at)
    else if (value['type'] === 'turn_context') model = firstText(payload['model']) ?? model
    else if (value['type'] === 'response_item' || !('payload' in value)) readItem(payload, at)
  }

  function noteContext(payload: JsonObject): void {
    for (const directory of [payload['cwd'], ...arrayOf(payload['workspace_roots'])]) {
      if (typeof directory === 'string' && directory !== '') traces.directories.add(directory)
    }
    const git = objectOf(payload['git'])
    const branch = firstText(git['branch'], payload['git_branch'])
    if (branch !== undefined) traces.branches.add(branch)
    const host = firstText(payload['hostname'], payload['host'])
    if (host !== undefined) traces.hosts.add(host)
    if ('model' in payload && 'cwd' in payload) model = firstText(payload['model']) ?? model
  }

  function readEvent(payload: JsonObject, at: number | undefined): void {
    if (payload['type'] === 'user_message') {
      const images = [...arrayOf(payload['images']), ...arrayOf(payload['local_images'])]
      const text = joinBlocks([
        typedText(firstText(payload['message']) ?? ''),
        ...images.map(() => noteOf('image')),
      ])
      say({ role: 'user', text, at, from: 'event', leftOut: { image: images.length } })
    } else if (payload['type'] === 'agent_message') {
      say({ role: 'assistant', text: firstText(payload['message']) ?? '', at, from: 'event' })
    } else if (payload['type'] === 'thread_name_updated') {
      name = firstText(payload['thread_name'], payload['name']) ?? name
    } else if (payload['type'] === 'thread_rolled_back') takeBack(Number(payload['num_turns']))
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
    leaveOut(leftOut, 'message from a branch taken back', withoutDoubles(said.splice(start)).length)
  }

  function readItem(item: JsonObject, at: number | undefined): void {
    const type = firstText(item['type']) ?? ('role' in item ? 'message' : '')
    if (type === 'message') readMessage(item, at)
    else if (type === 'reasoning') readReasoning(item, at)
    else if (type.endsWith('_output')) tool(toolResultBlock(outputOf(item), leftOut, options), at)
    else if (type.endsWith('_call')) {
      const input = item['arguments'] ?? item['input'] ?? item['action']
      tool(toolCallBlock(firstText(item['name'], type), parsed(input), leftOut, options), at)
    }
  }

  function tool(block: string, at: number | undefined): void {
    if (block !== '') say({ role: 'assistant', text: block, at, from: 'item' })
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
    if (options.includeTools === true) {
      if (texts.length > 0)
        say({ role: 'assistant', text: quotedReasoning(texts.join('\n\n')), at, from: 'item' })
    } else leaveOut(leftOut, 'piece of reasoning')
  }

  function finish(): ChatDraft {
    const clean = cleanerOf(traces)
    const turns = startTurns()
    for (const { role, text, at, leftOut: unkept } of withoutDoubles(said)) {
      turns.say(role, clean(text), at)
      addLeftOut(leftOut, unkept ?? {})
    }
    if (turns.messages.length === 0) throw new ImportError('empty', 'It has no messages.')
    return {
      source: 'codex',
      id,
      name: name === undefined ? undefined : clean(name),
      model,
      usualModel: 'Codex',
      createdAt: startedAt,
      messages: turns.messages,
      leftOut,
    }
  }

  return { add, heldText: () => held, finish }
}

/** Items and events tell the same twice: of a person's words events are taken where there are any, else items. */
function withoutDoubles(said: readonly Said[]): Said[] {
  const has = (role: Role, from: Said['from']): boolean =>
    said.some((one) => one.role === role && one.from === from && one.text.trim() !== '')
  const userFrom = has('user', 'event') ? 'event' : 'item'
  const itemsSpeak = said.some((one) => one.role === 'assistant' && one.from === 'item')
  const assistantFrom = itemsSpeak ? 'item' : 'event'
  return said.filter((one) => one.from === (one.role === 'user' ? userFrom : assistantFrom))
}

const injected =
  /^\s*(?:<(?:user_instructions|environment_context|INSTRUCTIONS|permissions instructions|collaboration_mode|skill|skills_instructions|turn_aborted|subagent_notification|user_shell_command|model_switch|apps_instructions|plugins_instructions|personality_spec)\b|# AGENTS\.md instructions)/

function isInjected(text: string): boolean {
  return injected.test(text)
}

/** What the person typed in an editor, without the open files that the extension puts before it. */
function typedText(text: string): string {
  if (isInjected(text)) return ''
  const request = /^# Context from my IDE setup:[^]*?\n## My request for Codex:\s*\n?([^]*)$/.exec(text)?.[1]
  return (request ?? text).trim()
}

function parsed(input: unknown): unknown {
  if (typeof input !== 'string') return withCommandLine(input)
  try {
    return withCommandLine(JSON.parse(input))
  } catch {
    return input
  }
}

/** A shell's call carries its command as an array of words. */
function withCommandLine(input: unknown): unknown {
  if (!isObject(input) || !Array.isArray(input['command'])) return input
  const words = input['command'].map(String)
  return { command: words[0] === 'bash' && words[1] === '-lc' ? words.slice(2).join(' ') : words.join(' ') }
}

function outputOf(item: JsonObject): unknown {
  const output = item['output']
  if (typeof output !== 'string' || !output.startsWith('{')) return output
  const inner = parsed(output)
  return isObject(inner) ? (firstText(inner['output']) ?? output) : output
}
