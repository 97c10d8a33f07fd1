import type { AgentTalk } from '../../agents/agent-talk.ts'
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
import { noteOf } from '../../text/markdown-blocks.ts'
import { noteContext } from '../../text/private-traces.ts'
import { type About, agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'VS Code Copilot Chat', source: 'vscode-chat', usualModel: 'GitHub Copilot' }

/**
 * A chat of VS Code, as "Chat: Export Chat" and `workspaceStorage/…/chatSessions/….json` have it (ISerializableChatData
 * in the editor's source): `requests`, each with the message and pieces of the response. Pieces of text follow each other
 * without a gap; between them stand names of files, calls of tools, edits, and what only the page needs.
 */
export const vscodeChat = agentFile({
  ...program,
  recognises: (value) =>
    isObject(value) &&
    Array.isArray(value['requests']) &&
    ('responderUsername' in value ||
      'requesterUsername' in value ||
      value['requests'].some((request) => isObject(request) && Array.isArray(request['response']))),
  read: (value, talk, about) => readChat(objectOf(value), talk, about),
})

/** Since 2026 the same chat as a log of changes: 0 the chat, 1 a field that is set, 2 values added to a list, 3 a field that goes. */
export const vscodeLog = agentLines({
  ...program,
  recognises: (line) => line['kind'] === 0 && isObject(line['v']) && Array.isArray(line['v']['requests']),
  start: (talk, about) => {
    let chat: unknown = {}
    let held = 0
    return {
      add: (line) => {
        held += JSON.stringify(line).length
        if (line['kind'] === 0) chat = line['v']
        else change(chat, arrayOf(line['k']), line)
      },
      heldText: () => held,
      end: () => {
        readChat(objectOf(chat), talk, about)
      },
    }
  },
})

function change(chat: unknown, path: unknown[], line: JsonObject): void {
  const field = path.at(-1)
  let holder = chat
  for (const key of path.slice(0, -1)) holder = fieldOf(holder, key)
  if (
    typeof holder !== 'object' ||
    holder === null ||
    (typeof field !== 'string' && typeof field !== 'number')
  )
    return
  if (field === '__proto__' || (Array.isArray(holder) && !(Number(field) < 100_000))) return
  if (line['kind'] === 1) Reflect.set(holder, field, line['v'])
  else if (line['kind'] === 3) Reflect.deleteProperty(holder, field)
  else if (line['kind'] === 2) {
    const list = fieldOf(holder, field)
    if (!Array.isArray(list)) return
    if (typeof line['i'] === 'number' && line['i'] < list.length)
      list.length = Math.max(0, Math.floor(line['i']))
    for (const value of arrayOf(line['v'])) list.push(value)
  }
}

function fieldOf(holder: unknown, key: unknown): unknown {
  if (typeof holder !== 'object' || holder === null || (typeof key !== 'string' && typeof key !== 'number'))
    return undefined
  return Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined
}

function readChat(chat: JsonObject, talk: AgentTalk, about: About): void {
  about.id = firstId(chat['sessionId'])
  about.name = firstText(chat['customTitle'], chat['title'])
  about.createdAt = firstTime(chat['creationDate'])
  noteContext(talk.traces, { user: chat['requesterUsername'] })
  for (const request of arrayOf(chat['requests']).map(objectOf)) {
    const at = firstTime(request['timestamp'])
    const message = request['message']
    const typed = firstText(message, objectOf(message)['text']) ?? partsText(objectOf(message)['parts'])
    talk.say('user', [...attached(request, talk), typed].filter((part) => part !== '').join('\n\n'), at)
    about.model = firstText(request['modelId'])?.replace(/^copilot\//, '') ?? about.model
    readResponse(arrayOf(request['response']), talk, at)
  }
}

function partsText(parts: unknown): string {
  return arrayOf(parts)
    .map((part) => firstText(objectOf(part)['text']) ?? '')
    .join('')
}

/** Pictures that were pasted; files that were named are told by the message itself. */
function attached(request: JsonObject, talk: AgentTalk): string[] {
  const variables = arrayOf(objectOf(request['variableData'])['variables']).map(objectOf)
  return variables
    .filter(({ kind, isImage }) => kind === 'image' || isImage === true)
    .map(() => {
      leaveOut(talk.leftOut, 'image')
      return noteOf('image')
    })
}

function readResponse(pieces: readonly unknown[], talk: AgentTalk, at: number | undefined): void {
  let text = ''
  const flush = (): void => {
    talk.say('assistant', text.trim(), at)
    text = ''
  }
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece
    if (!isObject(piece)) continue
    const kind = firstText(piece['kind']) ?? ''
    const value = firstText(
      piece['value'],
      objectOf(piece['value'])['value'],
      objectOf(piece['content'])['value'],
    )
    if (kind === '' || kind === 'markdownContent' || kind === 'markdownVuln') text += value ?? ''
    else if (kind === 'inlineReference') text += referenceText(piece)
    else if (kind === 'thinking') {
      flush()
      talk.think(value ?? arrayOf(piece['value']).map(String).join('\n\n'), at)
    } else if (kind.startsWith('toolInvocation')) {
      flush()
      readTool(piece, talk, at)
    } else if (kind === 'textEditGroup' || kind === 'notebookEditGroup') {
      flush()
      readEdits(piece, talk, at)
    } else if (kind === 'errorDetails') leaveOut(talk.leftOut, 'error message')
  }
  // An edit is announced by a fence without anything in it.
  text = text.replace(/\n```\s*\n```\s*(?=\n|$)/g, '\n')
  flush()
}

function referenceText(piece: JsonObject): string {
  const reference = objectOf(piece['inlineReference'])
  const uri = objectOf(reference['uri'] ?? objectOf(reference['location'])['uri'])
  const path = firstText(reference['path'], reference['fsPath'], uri['path'], uri['fsPath'])
  const name = firstText(piece['name'], reference['name'], path?.split(/[\\/]/).at(-1))
  return name === undefined ? '' : `\`${name}\``
}

function readTool(piece: JsonObject, talk: AgentTalk, at: number | undefined): void {
  const id = firstId(piece['toolCallId'])
  const name = firstText(piece['toolId']) ?? 'tool'
  const special = objectOf(piece['toolSpecificData'])
  const details = objectOf(piece['resultDetails'])
  const commandLine = objectOf(special['commandLine'])
  const command = firstText(
    commandLine['userEdited'],
    commandLine['toolEdited'],
    commandLine['original'],
    special['command'],
  )
  const message = piece['pastTenseMessage'] ?? piece['invocationMessage']
  const shown = (firstText(message, objectOf(message)['value']) ?? '').replace(
    fileLink,
    (_, label: string, path: string) => (label === '' ? decoded(path) : label),
  )
  if (special['kind'] === 'terminal' && command !== undefined)
    talk.call('run_in_terminal', { command }, at, id)
  else talk.call(name, special['rawInput'] ?? details['input'] ?? lookedUp(name, message) ?? shown, at, id)
  const output = special['terminalCommandOutput'] ?? details['output']
  if (output === undefined) return
  const text = firstText(objectOf(output)['text'])
  talk.result(text ?? output, at, { id, isError: details['isError'] === true })
}

/** A file that was read is named by a link alone. */
function lookedUp(name: string, message: unknown): object | undefined {
  const text = firstText(message, objectOf(message)['value']) ?? ''
  const paths = [...text.matchAll(fileLink)].map(([, , path = '']) => decoded(path))
  return paths.length === 1 && /read|list|view|open/i.test(name) ? { path: paths[0] } : undefined
}

/** `[](file:///home/ada/site/timer.ts)`: the editor shows a name there. */
const fileLink = /\[([^[\]\n]{0,200})\]\(file:\/\/([^()\s]{1,1000})\)/g

function decoded(path: string): string {
  try {
    return decodeURIComponent(path.replace(/#[^#]*$/, ''))
  } catch {
    return path
  }
}

function readEdits(piece: JsonObject, talk: AgentTalk, at: number | undefined): void {
  const uri = objectOf(piece['uri'])
  const path = firstText(uri['fsPath'], uri['path']) ?? 'file'
  const lines = arrayOf(piece['edits'])
    .flat()
    .flatMap((edit) => firstText(objectOf(edit)['text']) ?? [])
  if (lines.length > 0) talk.call('edit', { path, old_string: '', new_string: lines.join('\n') }, at)
}
