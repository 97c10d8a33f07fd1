import { type AgentTalk, startAgentTalk } from '../../agents/agent-talk.ts'
import { pathTo } from '../../conversation-tree.ts'
import {
  type ChatDraft,
  ImportError,
  type LeftOut,
  type ReadOptions,
  type Session,
  type SessionFormat,
} from '../../imported-chat.ts'
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
import { hunkText } from '../../text/file-diff.ts'
import { joinBlocks } from '../../text/markdown-blocks.ts'
import { noteContext } from '../../text/private-traces.ts'
import { insideTag } from '../../text/tagged-text.ts'
import { isSettingsCommand, typedText } from '../../text/typed-text.ts'
import { readParts } from '../../agents/agent-parts.ts'

/**
 * A session file of Claude Code (`~/.claude/projects/…/<session>.jsonl`), undocumented; as written by versions 1 and 2.
 * Lines of type user and assistant hold messages in the form of Anthropic's API, linked by `uuid` and `parentUuid`;
 * What `claude -p --output-format stream-json` prints is alike, with `session_id` and without links. `isSidechain` marks what subagents did, `isMeta` what the program said to the model. Where a prompt was taken back
 * and rewritten, both stay in the file: only what leads to the last message is kept.
 */
export const claudeCode: SessionFormat = { name: 'Claude Code', recognisesLine, start }

function recognisesLine(line: unknown): boolean {
  if (!isObject(line) || typeof line['type'] !== 'string') return false
  // A message of a model by Google is another program's: Qwen Code writes lines that look alike.
  if (Array.isArray(objectOf(line['message'])['parts']) || 'systemPayload' in line) return false
  if (typeof line['session_id'] === 'string' && /^(?:system|user|assistant)$/.test(line['type']))
    return 'message' in line || line['subtype'] === 'init'
  if (typeof line['sessionId'] === 'string')
    return 'uuid' in line || 'message' in line || 'leafUuid' in line || 'operation' in line
  return (
    (line['type'] === 'summary' && 'leafUuid' in line) ||
    (line['type'] === 'file-history-snapshot' && 'snapshot' in line)
  )
}

function start(options: ReadOptions): Session {
  const talk = startAgentTalk(options)
  const parents = new Map<string, string>()
  const prompts = new Set<string>()
  const lines = new Set<string>()
  const titles: Titles = { summaries: new Map() }
  let last: string | undefined
  let session: string | undefined
  let model: string | undefined
  let sideLines = 0

  function add(value: unknown): void {
    if (!isObject(value)) return
    noteContext(talk.traces, {
      directory: value['cwd'],
      branch: value['gitBranch'],
      host: value['hostname'] ?? value['host'],
    })
    readTitle(value, titles)
    if (value['isSidechain'] === true || firstText(value['parent_tool_use_id']) !== undefined) {
      sideLines++
      return
    }
    session ??= firstId(value['sessionId'], value['session_id'])
    const id = firstId(value['uuid'])
    // A session that was resumed may have lines again that it has already.
    if (id !== undefined && lines.has(id)) return
    if (id !== undefined) lines.add(id)
    const parent = firstId(value['parentUuid'], value['logicalParentUuid'])
    if (id !== undefined && parent !== undefined) parents.set(id, parent)
    talk.beginLine(id)
    if (value['type'] === 'system') model ??= firstText(value['model'])
    if (value['type'] === 'tool_call') readToolCall(value, talk)
    const queued = queuedPrompt(value)
    const isUser = value['type'] === 'user' || queued !== undefined
    if (!isUser && value['type'] !== 'assistant') return
    if (id !== undefined) last = id
    const message = queued ?? objectOf(value['message'])
    if (!isUser) {
      if (message['model'] !== '<synthetic>') model = firstText(message['model']) ?? model
      readAnswer(value, message, talk)
    } else if (readTyped(value, message, talk) && id !== undefined) prompts.add(id)
  }

  function finish(): ChatDraft {
    if (talk.length() === 0 && sideLines > 0)
      throw new ImportError('empty', 'It holds only the work of a subagent.')
    const path = new Set(last === undefined ? [] : pathTo(last, (id) => parents.get(id)))
    const isTakenBack = takenBack(path, parents, prompts)
    const gone = new Set<string>()
    if (sideLines > 0) leaveOut(talk.leftOut, 'message of subagents', sideLines)
    // The program wrote summaries of other sessions into a new session's file; only one that ends here is this one's.
    const summary = [...titles.summaries].findLast(([leaf]) => leaf === last || parents.has(leaf))?.[1]
    const draft = talk.finish(
      {
        source: 'claude-code',
        id: session,
        name: titles.custom ?? titles.generated ?? summary,
        model,
        usualModel: 'Claude',
      },
      (line) => {
        if (!isTakenBack(line)) return true
        gone.add(line)
        return false
      },
    )
    leaveOut(talk.leftOut, 'message from a branch taken back', gone.size)
    return draft
  }

  return { add, heldText: talk.heldText, finish }
}

type Titles = { custom?: string; generated?: string; summaries: Map<string, string> }

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

function readTitle(line: JsonObject, titles: Titles): void {
  const custom = line['type'] === 'custom-title' ? firstText(line['customTitle'], line['title']) : undefined
  if (custom !== undefined) titles.custom = custom
  const generated = line['type'] === 'ai-title' ? firstText(line['aiTitle'], line['title']) : undefined
  if (generated !== undefined) titles.generated = generated
  const summary = line['type'] === 'summary' ? firstText(line['summary']) : undefined
  if (summary !== undefined) titles.summaries.set(firstId(line['leafUuid']) ?? '', summary)
}

/** @returns whether the person said something by it */
function readTyped(line: JsonObject, message: JsonObject, talk: AgentTalk): boolean {
  const at = firstTime(line['timestamp'])
  if (line['isCompactSummary'] === true) {
    leaveOut(talk.leftOut, 'summary of earlier messages')
    return false
  }
  const content = message['content']
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content)
  // A tool's result travels as a user's message, but nobody said it: it belongs to the answer.
  const results = parts.filter((part) => isObject(part) && part['type'] === 'tool_result').map(objectOf)
  for (const part of results)
    talk.result(part['content'], at, {
      id: firstId(part['tool_use_id']),
      isError: part['is_error'] === true,
      structured: line['toolUseResult'],
      callBody: editedLines(line['toolUseResult']),
    })
  if (line['isMeta'] === true || line['isVisibleInTranscriptOnly'] === true || isFromProgram(line))
    return false
  const said = parts.filter((part) => !isObject(part) || part['type'] !== 'tool_result')
  const text = joinBlocks(
    said.map((part) =>
      isObject(part) && typeof part['text'] === 'string'
        ? commandOrText(part['text'], talk.leftOut)
        : textOfContent([part], talk.leftOut, { includeTools: false }),
    ),
  )
  const before = talk.length()
  talk.say('user', text, at)
  return results.length === 0 && talk.length() > before
}

/** What an edit changed, with the numbers of the lines. */
function editedLines(structured: unknown): string | undefined {
  const edit = objectOf(structured)
  const path = firstText(edit['filePath'])
  if (path === undefined || !('oldString' in edit || 'edits' in edit)) return undefined
  const hunks = arrayOf(edit['structuredPatch']).flatMap((hunk) => {
    const { oldStart, oldLines, newStart, newLines, lines } = objectOf(hunk)
    const numbers = [oldStart, oldLines, newStart, newLines].map(Number)
    if (!numbers.every(Number.isSafeInteger)) return []
    return [
      hunkText(
        numbers,
        arrayOf(lines).filter((one) => typeof one === 'string'),
      ),
    ]
  })
  return hunks.length === 0 ? undefined : `${path}\n\n${hunks.join('\n')}`
}

function readAnswer(line: JsonObject, message: JsonObject, talk: AgentTalk): void {
  if (line['isApiErrorMessage'] === true || message['model'] === '<synthetic>') {
    leaveOut(talk.leftOut, 'error message')
    return
  }
  readParts(talk, 'assistant', message['content'], firstTime(line['timestamp']))
}

/** Cursor's agent writes the same lines when it is asked for them, but for calls of tools: `{ readToolCall: { args, result } }`. */
function readToolCall(line: JsonObject, talk: AgentTalk): void {
  const id = firstId(line['call_id'])
  for (const [kind, value] of Object.entries(objectOf(line['tool_call']))) {
    const { args, result } = objectOf(value)
    const at = firstTime(line['timestamp_ms'], line['timestamp'])
    if (line['subtype'] === 'started') talk.call(kind.replace(/ToolCall$/, ''), args, at, id)
    else if (result !== undefined) {
      const { success, error, rejected } = objectOf(result)
      talk.result(success ?? error ?? rejected ?? result, at, { id, isError: success === undefined })
    }
  }
}

/** What the person typed, without what the program wrote around it. */
function commandOrText(text: string, leftOut: LeftOut): string {
  const withoutCaveat = text.replace(
    /^Caveat: The messages below were generated by the user while running local commands\.[^\n]*\n?/,
    '',
  )
  const typed = typedText(withoutCaveat)
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
  if (given !== '' && !isSettingsCommand(command.trim()))
    return `/${command.trim().replace(/^\//, '')} ${given}`
  leaveOut(leftOut, 'slash command')
  return ''
}
