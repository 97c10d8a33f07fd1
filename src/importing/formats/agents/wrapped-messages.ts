import type { Role } from '../../../chats/chat.ts'
import type { AgentTalk } from '../../agents/agent-talk.ts'
import { readCalls, readParts } from '../../agents/agent-parts.ts'
import { pathTo } from '../../conversation-tree.ts'
import type { ConversationFormat, SessionFormat } from '../../imported-chat.ts'
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
import { type About, agentFile, agentLines, inTimeOrder } from '../../agents/agent-format.ts'

/**
 * Agents whose sessions are messages of the usual form, `{ role, content }` with parts, and differ in what is wrapped
 * around them. Each says how its lines or its file are known, and where what is in them.
 */
type Wrapper = {
  name: string
  source: string
  usualModel: string
  recognises: (value: JsonObject) => boolean
  /** The messages of a file; undefined where each line is one. */
  messages?: (file: JsonObject) => unknown
  /** The message in a line or an element of the list; undefined where it is none. */
  message: (value: JsonObject) => JsonObject | undefined
  /** What a line, or the file, says of the session. */
  about: (value: JsonObject, talk: AgentTalk) => Partial<About>
  /** Lines that hang on others: only what leads to the last one is the conversation. */
  linkedBy?: { id: string; parent: string }
}

/** Pi (`~/.pi/agent/sessions/…/….jsonl`), version 3 of packages/coding-agent/docs/session.md. */
const pi: Wrapper = {
  name: 'Pi',
  source: 'pi',
  usualModel: 'Pi',
  recognises: (line) => line['type'] === 'session' && 'cwd' in line,
  message: (line) => (line['type'] === 'message' ? objectOf(line['message']) : undefined),
  about: (line, talk) => {
    noteContext(talk.traces, { directory: line['cwd'] })
    if (line['type'] === 'session')
      return { id: firstId(line['id']), createdAt: firstTime(line['timestamp']) }
    if (line['type'] === 'session_info') return { name: firstText(line['name']) }
    if (line['type'] === 'compaction' || line['type'] === 'branch_summary')
      leaveOut(talk.leftOut, 'summary of earlier messages')
    return line['type'] === 'model_change' ? { model: firstText(line['modelId']) } : {}
  },
  linkedBy: { id: 'id', parent: 'parentId' },
}

/** Droid by Factory (`~/.factory/sessions/…/….jsonl`). */
const droid: Wrapper = {
  name: 'Droid',
  source: 'droid',
  usualModel: 'Droid',
  recognises: (line) => line['type'] === 'session_start',
  message: (line) => (line['type'] === 'message' ? objectOf(line['message']) : undefined),
  about: (line, talk) => {
    noteContext(talk.traces, { directory: line['cwd'], user: line['owner'] })
    if (line['type'] !== 'session_start') return {}
    const { id, sessionTitle, title, model } = line
    return { id: firstId(id), name: firstText(sessionTitle, title), model: firstText(model) }
  },
}

/** What `droid exec --output-format stream-json` prints. */
const droidStream: Wrapper = {
  ...droid,
  recognises: (line) =>
    typeof line['session_id'] === 'string' &&
    ((line['type'] === 'message' && 'text' in line) || (line['type'] === 'tool_call' && 'toolName' in line)),
  message: (line) => {
    const role = firstText(line['role'])
    if (line['type'] === 'message') return { role, content: line['text'], timestamp: line['timestamp'] }
    const { toolId, id, toolName, parameters, value, isError } = line
    if (line['type'] === 'tool_call')
      return {
        role: 'assistant',
        content: [{ type: 'tool_call', name: toolName, input: parameters, id: id ?? toolId }],
      }
    if (line['type'] !== 'tool_result') return undefined
    return {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id ?? toolId, content: value, is_error: isError }],
    }
  },
  about: (line, talk) => {
    noteContext(talk.traces, { directory: line['cwd'] })
    return { id: firstId(line['session_id']), model: firstText(line['model']) }
  },
}

/** Cursor's agent (`~/.cursor/projects/…/agent-transcripts/….jsonl`). */
const cursor: Wrapper = {
  name: 'Cursor',
  source: 'cursor',
  usualModel: 'Cursor',
  recognises: (line) =>
    /^(?:user|assistant)$/.test(firstText(line['role']) ?? '') && 'content' in objectOf(line['message']),
  message: (line) => ({ ...objectOf(line['message']), role: line['role'], timestamp: line['timestamp'] }),
  about: () => ({}),
}

/** Goose, until autumn 2025 (`~/.local/share/goose/sessions/….jsonl`): a line about the session, then its messages. */
const goose: Wrapper = {
  name: 'Goose',
  source: 'goose',
  usualModel: 'Goose',
  recognises: (line) => 'working_dir' in line && !Array.isArray(line['conversation']),
  message: (line) => (typeof line['role'] === 'string' ? line : undefined),
  about: gooseSession,
}

/** `goose session export --format json`. */
const gooseFile: Wrapper = {
  ...goose,
  recognises: (file) => 'working_dir' in file && Array.isArray(file['conversation']),
  messages: (file) => file['conversation'],
}

function gooseSession(value: JsonObject, talk: AgentTalk): Partial<About> {
  if (!('working_dir' in value)) return {}
  noteContext(talk.traces, { directory: value['working_dir'] })
  return {
    id: firstId(value['id']),
    name: firstText(value['description'], value['name']),
    model: firstText(objectOf(value['model_config'])['model_name']),
    createdAt: firstTime(value['created_at']),
  }
}

/** Amp (`~/.local/share/amp/threads/T-….json`, `amp threads export`). */
const amp: Wrapper = {
  name: 'Amp',
  source: 'amp',
  usualModel: 'Amp',
  recognises: (file) => firstText(file['id'])?.startsWith('T-') === true && Array.isArray(file['messages']),
  messages: (file) => file['messages'],
  message: (message) => ({
    ...message,
    model: objectOf(message['usage'])['model'],
    timestamp: objectOf(message['meta'])['sentAt'] ?? objectOf(message['usage'])['timestamp'],
  }),
  about: (file, talk) => {
    for (const tree of arrayOf(objectOf(objectOf(file['env'])['initial'])['trees']).map(objectOf)) {
      const uri = firstText(tree['uri']) ?? ''
      noteContext(talk.traces, {
        directory: uri.startsWith('file://') ? uri.slice('file://'.length) : undefined,
        branch: firstText(objectOf(tree['repository'])['ref'])?.replace('refs/heads/', ''),
      })
    }
    return { id: firstId(file['id']), name: firstText(file['title']), createdAt: firstTime(file['created']) }
  },
}

/** Kiro's sessions in its editor (`…/kiro.kiroagent/workspace-sessions/…/….json`). */
const kiroFile: Wrapper = {
  name: 'Kiro',
  source: 'kiro',
  usualModel: 'Kiro',
  recognises: (file) =>
    arrayOf(file['history']).some(
      (entry) => typeof objectOf(objectOf(entry)['message'])['role'] === 'string',
    ) &&
    // Continue, which it comes from, says what a message was asked about.
    !arrayOf(file['history']).some((entry) => 'contextItems' in objectOf(entry)),
  messages: (file) => file['history'],
  message: (entry) => objectOf(entry['message']),
  about: (file, talk) => {
    noteContext(talk.traces, { directory: file['workspaceDirectory'] ?? file['workspacePath'] })
    return {
      id: firstId(file['sessionId']),
      name: firstText(file['title']),
      model: firstText(file['selectedModel'], file['model']),
      createdAt: firstTime(file['dateCreated']),
    }
  },
}

export const wrappedLines: readonly SessionFormat[] = [pi, droid, droidStream, goose, cursor].map((wrapper) =>
  agentLines({
    ...wrapper,
    start: (talk, about) => {
      const parents = new Map<string, string>()
      let last: string | undefined
      return {
        add: (line) => {
          Object.assign(about, known(wrapper.about(line, talk)))
          const { linkedBy } = wrapper
          const id = linkedBy === undefined ? undefined : firstId(line[linkedBy.id])
          const parent = linkedBy === undefined ? undefined : firstId(line[linkedBy.parent])
          if (id !== undefined && parent !== undefined) parents.set(id, parent)
          const message = wrapper.message(line)
          if (message === undefined) return
          last = id ?? last
          talk.beginLine(id)
          readMessage({ timestamp: line['timestamp'], ...known(message) }, talk, about)
        },
        end: () => {
          if (last === undefined) return
          const path = new Set(pathTo(last, (id) => parents.get(id)))
          const gone = new Set<string>()
          // Where links are missing, the path would lose what was said before them.
          if (path.size < 2) return
          about.isKept = (line) => {
            if (!path.has(line) && !gone.has(line)) {
              gone.add(line)
              leaveOut(talk.leftOut, 'message from a branch taken back')
            }
            return path.has(line)
          }
        },
      }
    },
  }),
)

export const wrappedFiles: readonly ConversationFormat[] = [gooseFile, amp, kiroFile].map((wrapper) =>
  agentFile({
    ...wrapper,
    recognises: (value) => isObject(value) && wrapper.recognises(value),
    read: (value, talk, about) => {
      const file = objectOf(value)
      Object.assign(about, known(wrapper.about(file, talk)))
      const messages = arrayOf(wrapper.messages?.(file)).filter(isObject)
      const wrapped = messages.flatMap((message): JsonObject[] => {
        const inner = wrapper.message(message)
        return inner === undefined ? [] : [inner]
      })
      for (const message of inTimeOrder(wrapped, timeOf)) readMessage(message, talk, about)
    },
  }),
)

function known(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null))
}

function timeOf(message: JsonObject): unknown {
  return message['timestamp'] ?? message['created'] ?? message['created_at'] ?? message['createdAt']
}

const roles: Record<string, Role> = {
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  model: 'assistant',
  ai: 'assistant',
  bot: 'assistant',
}

function readMessage(message: JsonObject, talk: AgentTalk, about: About): void {
  const at = firstTime(timeOf(message))
  const role = firstText(message['role']) ?? ''
  const content = message['content'] ?? message['text']
  if (role === 'toolResult' || role === 'tool') {
    const id = firstId(message['toolCallId'], message['tool_call_id'])
    talk.result(content, at, { id, isError: message['isError'] === true })
    return
  }
  if (role === 'bashExecution') {
    talk.call('bash', { command: message['command'] }, at)
    talk.result(message['output'], at, { isError: (message['exitCode'] ?? 0) !== 0 })
    return
  }
  const speaker = Object.hasOwn(roles, role) ? roles[role] : undefined
  if (speaker === undefined) {
    leaveOut(talk.leftOut, 'message of the program')
    return
  }
  // Messages that only the model sees, such as Goose's context of a turn.
  if (objectOf(message['metadata'])['userVisible'] === false) return
  if (speaker === 'assistant') about.model = firstText(message['model']) ?? about.model
  readParts(talk, speaker, content, at)
  readCalls(talk, message['tool_calls'], at)
}
