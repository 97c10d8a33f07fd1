import type { Role } from '../../chats/chat.ts'
import { pathTo } from '../conversation-tree.ts'
import {
  type ChatDraft,
  ImportError,
  type LeftOut,
  type ReadOptions,
  type Session,
  type SessionFormat,
} from '../imported-chat.ts'
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
import { textOfContent } from '../message-parts.ts'
import { cleanerOf, noteHosts, noTraces, type Traces } from '../text/private-traces.ts'
import { insideTag, replaceTagged } from '../text/tagged-text.ts'
import { startTurns } from '../turns.ts'

/**
 * A session file of Claude Code (`~/.claude/projects/…/<session>.jsonl`), undocumented; as written by versions 1 and 2.
 * Lines of type user and assistant hold messages in the form of Anthropic's API, linked by `uuid` and `parentUuid`;
 * `isSidechain` marks what subagents did, `isMeta` what the program said to the model. Where a prompt was taken back
 * and written anew, both stay in the file: only what leads to the last message is kept.
 */
export const claudeCode: SessionFormat = { name: 'Claude Code', recognisesLine, start }

function recognisesLine(line: unknown): boolean {
  if (!isObject(line) || typeof line['type'] !== 'string') return false
  if (typeof line['sessionId'] === 'string')
    return 'uuid' in line || 'message' in line || 'leafUuid' in line || 'operation' in line
  return (
    (line['type'] === 'summary' && 'leafUuid' in line) ||
    (line['type'] === 'file-history-snapshot' && 'snapshot' in line)
  )
}

type Said = { id: string | undefined; role: Role; text: string; at: number | undefined; isPrompt: boolean }

function start(options: ReadOptions): Session {
  const said: Said[] = []
  const parents = new Map<string, string>()
  const prompts = new Set<string>()
  const traces = noTraces()
  const leftOut: LeftOut = {}
  const titles: { custom?: string; generated?: string; summaries: Map<string, string> } = {
    summaries: new Map(),
  }
  let last: string | undefined
  let session: string | undefined
  let model: string | undefined
  let sideLines = 0
  let held = 0

  function add(value: unknown): void {
    if (!isObject(value)) return
    noteTraces(value, traces)
    readTitle(value, titles)
    if (value['isSidechain'] === true) {
      sideLines++
      return
    }
    session ??= firstId(value['sessionId'])
    const id = firstId(value['uuid'])
    const parent = firstId(value['parentUuid'], value['logicalParentUuid'])
    if (id !== undefined && parent !== undefined) parents.set(id, parent)
    const queued = queuedPrompt(value)
    const isUser = value['type'] === 'user' || queued !== undefined
    if (!isUser && value['type'] !== 'assistant') return
    if (id !== undefined) last = id
    const message = queued ?? objectOf(value['message'])
    const text = isUser
      ? userText(value, message, leftOut, options)
      : assistantText(value, message, leftOut, options)
    if (!isUser && message['model'] !== '<synthetic>') model = firstText(message['model']) ?? model
    const isPrompt = isUser && text.trim() !== '' && !holdsToolResult(message)
    if (isPrompt && id !== undefined) prompts.add(id)
    // A tool's result travels as a user's message, but nobody said it: it belongs to the answer.
    held += text.length
    noteHosts(text, traces)
    if (text.trim() !== '')
      said.push({
        id,
        role: isPrompt ? 'user' : 'assistant',
        text,
        at: firstTime(value['timestamp']),
        isPrompt,
      })
  }

  function finish(): ChatDraft {
    if (said.length === 0) {
      throw new ImportError(
        'empty',
        sideLines > 0 ? 'It holds only the work of a subagent.' : 'It has no messages.',
      )
    }
    const path = new Set(last === undefined ? [] : pathTo(last, (id) => parents.get(id)))
    const isTakenBack = takenBack(path, parents, prompts)
    const clean = cleanerOf(traces)
    const turns = startTurns()
    for (const { id, role, text, at } of said) {
      if (id !== undefined && isTakenBack(id)) leaveOut(leftOut, 'message from a branch taken back')
      else turns.say(role, clean(text), at)
    }
    if (sideLines > 0) leaveOut(leftOut, 'message of subagents', sideLines)
    // The program wrote summaries of other sessions into a new session's file; only one that ends here is this one's.
    const summary = [...titles.summaries].findLast(([leaf]) => leaf === last || parents.has(leaf))?.[1]
    const name = titles.custom ?? titles.generated ?? summary
    return {
      source: 'claude-code',
      id: session,
      name: name === undefined ? undefined : clean(name),
      model,
      usualModel: 'Claude',
      messages: turns.messages,
      leftOut,
    }
  }

  return { add, heldText: () => held, finish }
}

/**
 * A test for messages that hang on a prompt which another one replaced. Off the path alone doesn't tell: calls of
 * several tools at once fork too, and a resumed session begins a path of its own.
 */
function takenBack(
  onPath: Set<string>,
  parents: Map<string, string>,
  prompts: Set<string>,
): (id: string) => boolean {
  const known = new Map<string, 'on the path' | 'beside it' | 'taken back' | 'apart'>()
  for (const id of onPath) known.set(id, 'on the path')
  return (id) => {
    const climbed = pathTo(id, (at) => (known.has(at) ? undefined : parents.get(at)))
    let place = known.get(climbed[0] ?? id) ?? 'apart'
    for (const at of climbed) {
      const isKnown = known.get(at)
      if (isKnown !== undefined) place = isKnown
      else if (place === 'on the path' || place === 'beside it')
        place = prompts.has(at) ? 'taken back' : 'beside it'
      known.set(at, place)
    }
    return place === 'taken back'
  }
}

/**
 * What the person typed while the model was at work: it reached the model beside a tool's result, and stands in the
 * file as an attachment. The program's own notices go the same way.
 */
function queuedPrompt(line: JsonObject): JsonObject | undefined {
  const attachment = objectOf(line['attachment'])
  const isQueued = line['type'] === 'attachment' && attachment['type'] === 'queued_command'
  const mode = firstText(attachment['commandMode']) ?? 'prompt'
  return isQueued && mode === 'prompt' ? { content: attachment['prompt'] } : undefined
}

/** Who is behind a user's message, where the file says so: other agents and timers speak as the user too. */
function isFromProgram(line: JsonObject): boolean {
  const origin = firstText(objectOf(line['origin'])['kind'])
  return (origin !== undefined && origin !== 'human') || line['promptSource'] === 'system'
}

function noteTraces(line: JsonObject, traces: Traces): void {
  const cwd = firstText(line['cwd'])
  if (cwd !== undefined) traces.directories.add(cwd)
  const branch = firstText(line['gitBranch'])
  if (branch !== undefined) traces.branches.add(branch)
  const host = firstText(line['hostname'], line['host'])
  if (host !== undefined) traces.hosts.add(host)
}

function readTitle(
  line: JsonObject,
  titles: { custom?: string; generated?: string; summaries: Map<string, string> },
): void {
  const custom = line['type'] === 'custom-title' ? firstText(line['customTitle'], line['title']) : undefined
  if (custom !== undefined) titles.custom = custom
  const generated = line['type'] === 'ai-title' ? firstText(line['aiTitle'], line['title']) : undefined
  if (generated !== undefined) titles.generated = generated
  const summary = line['type'] === 'summary' ? firstText(line['summary']) : undefined
  if (summary !== undefined) titles.summaries.set(firstId(line['leafUuid']) ?? '', summary)
}

function holdsToolResult(message: JsonObject): boolean {
  return arrayOf(message['content']).some((part) => isObject(part) && part['type'] === 'tool_result')
}

function userText(line: JsonObject, message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  if (line['isCompactSummary'] === true) {
    leaveOut(leftOut, 'summary of earlier messages')
    return ''
  }
  if (line['isMeta'] === true || line['isVisibleInTranscriptOnly'] === true || isFromProgram(line)) return ''
  const content = message['content']
  if (typeof content === 'string') return typedText(content, leftOut)
  const parts = arrayOf(content).map((part) =>
    isObject(part) && typeof part['text'] === 'string'
      ? { ...part, text: typedText(part['text'], leftOut) }
      : part,
  )
  return textOfContent(parts, leftOut, options)
}

function assistantText(
  line: JsonObject,
  message: JsonObject,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  if (line['isApiErrorMessage'] === true || message['model'] === '<synthetic>') {
    leaveOut(leftOut, 'error message')
    return ''
  }
  const content = message['content']
  if (typeof content === 'string') return content
  const blocks = arrayOf(content)
  const thoughts = blocks.filter((block) => isObject(block) && String(block['type']).endsWith('thinking'))
  leaveOut(leftOut, 'piece of reasoning', options.includeTools === true ? 0 : thoughts.length)
  const kept = options.includeTools === true ? blocks : blocks.filter((block) => !thoughts.includes(block))
  return textOfContent(kept, leftOut, options)
}

const injectedTags = [
  'system-reminder',
  'local-command-caveat',
  'task-notification',
  'ide_opened_file',
  'ide_selection',
]

/** What the person typed, without what the program wrote around it. */
function typedText(text: string, leftOut: LeftOut): string {
  let typed = text.replace(
    /^Caveat: The messages below were generated by the user while running local commands\.[^\n]*\n?/,
    '',
  )
  for (const tag of injectedTags) typed = replaceTagged(typed, tag, () => '')
  typed = typed.trim()
  if (/^\[Request interrupted by user[^\]\n]*\]$/.test(typed)) return ''
  if (/^<(?:local-command-stdout|local-command-stderr|bash-stdout|bash-stderr)>/.test(typed)) return ''
  if (typed.startsWith('<bash-input>')) {
    leaveOut(leftOut, 'shell command')
    return ''
  }
  const command = /^<command-(?:name|message|args)>/.test(typed)
    ? insideTag(typed, 'command-name')
    : undefined
  if (command === undefined) return typed
  const given = insideTag(typed, 'command-args')?.trim() ?? ''
  if (given !== '') return `/${command.trim().replace(/^\//, '')} ${given}`
  leaveOut(leftOut, 'slash command')
  return ''
}
