import { pathTo } from '../conversation-tree.ts'
import type { ChatDraft, ConversationFormat, LeftOut, ReadOptions } from '../imported-chat.ts'
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
import { fenced, joinBlocks, noteOf, quotedFile } from '../text/markdown-blocks.ts'
import { textOfContent } from '../message-parts.ts'
import { replaceTagged } from '../text/tagged-text.ts'
import { startTurns } from '../turns.ts'

/**
 * Claude's data export, `conversations.json`: `chat_messages` with `sender` human or assistant. The blocks of
 * `content` are what the page showed; `text` is a rendering of them for clients that know no blocks, and the only one
 * in exports before 2024. Attachments come as extracted text, other files by name only. The page's own API answers
 * alike, with all branches and `current_leaf_message_uuid`.
 */
export const claude: ConversationFormat = {
  name: 'Claude',
  recognises: (value) => isObject(value) && Array.isArray(value['chat_messages']),
  read,
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const conversation = objectOf(value)
  const leftOut: LeftOut = {}
  const turns = startTurns([])
  const shown = shownMessages(conversation)
  const artifacts: Artifacts = new Map()
  const all = arrayOf(conversation['chat_messages']).filter(isObject)
  leaveOut(leftOut, 'message from a replaced branch', all.length - shown.length)
  for (const message of shown) {
    const sender = firstText(message['sender'], message['role'])
    if (sender !== 'human' && sender !== 'user' && sender !== 'assistant') {
      leaveOut(leftOut, 'system message')
      continue
    }
    turns.say(
      sender === 'assistant' ? 'assistant' : 'user',
      joinBlocks([...filesOf(message, leftOut), textOf(message, artifacts, leftOut, options)]),
      firstTime(message['created_at']),
    )
  }
  return {
    source: 'claude',
    id: firstId(conversation['uuid'], conversation['id']),
    name: firstText(conversation['name'], conversation['title']),
    model: firstText(conversation['model']),
    usualModel: 'Claude',
    createdAt: firstTime(conversation['created_at']),
    messages: turns.messages,
    leftOut,
  }
}

/**
 * The branch that ends at the current leaf, where the file doesn't say at the last message; all messages where the file
 * knows no branches.
 */
function shownMessages(conversation: JsonObject): JsonObject[] {
  const messages = arrayOf(conversation['chat_messages']).filter(isObject)
  const byId = new Map(messages.map((message) => [firstId(message['uuid']) ?? '', message]))
  const parentOf = (id: string): string | undefined => {
    const parent = firstId(byId.get(id)?.['parent_message_uuid'])
    return parent !== undefined && byId.has(parent) ? parent : undefined
  }
  const current = firstId(conversation['current_leaf_message_uuid'])
  const isKnown = current !== undefined && byId.has(current)
  const leaf = isKnown ? current : firstId(messages.at(-1)?.['uuid'])
  if (leaf === undefined || byId.size < messages.length) return inOrder(messages)
  const path = pathTo(leaf, parentOf)
  // Where links are missing, the path would lose what was said before them.
  const first = byId.get(path[0] ?? '')
  const isWhole = path.length > 1 && (first === messages[0] || isRoot(first?.['parent_message_uuid']))
  return isKnown || isWhole ? path.map((id) => objectOf(byId.get(id))) : inOrder(messages)
}

/** By when they were written, where all of them say so. */
function inOrder(messages: JsonObject[]): JsonObject[] {
  const timed = messages.map((message) => ({ message, at: firstTime(message['created_at']) }))
  if (timed.some(({ at }) => at === undefined)) return messages
  return timed.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)).map(({ message }) => message)
}

/** The parent that every first message has: an id of zeros but for its version. */
function isRoot(parent: unknown): boolean {
  return typeof parent === 'string' && /^0{8}-0{4}-4000-8000-0{12}$/.test(parent)
}

function textOf(message: JsonObject, artifacts: Artifacts, leftOut: LeftOut, options: ReadOptions): string {
  const blocks = arrayOf(message['content'])
  for (const block of blocks) leaveOut(leftOut, 'citation', arrayOf(objectOf(block)['citations']).length)
  const before = Object.keys(leftOut).length
  const text = joinBlocks(
    blocks.map((block) => artifactOf(block, artifacts) ?? textOfContent(block, leftOut, options)),
  )
  // Blocks that were all left out leave nothing to say; only a message without blocks falls back to its text.
  if (text !== '' || (blocks.length > 0 && Object.keys(leftOut).length > before)) return withArtifacts(text)
  return withArtifacts(firstText(message['text'], message['content']) ?? '')
}

/** What was made so far in a conversation, by its id or path: later calls change it. */
type Artifacts = Map<string, { title: string | undefined; kind: string | undefined; content: string }>

/**
 * An artifact is what the answer made, so unlike other calls of tools it is part of the conversation: made, changed and
 * rewritten by a tool of that name, since 2025 also as a file in the folder whose files the page shows. A change is
 * shown by what became of it.
 */
function artifactOf(block: unknown, artifacts: Artifacts): string | undefined {
  if (!isObject(block) || block['type'] !== 'tool_use') return undefined
  const input = objectOf(block['input'])
  const path = firstText(input['path']) ?? ''
  const isFile = path.startsWith('/mnt/user-data/outputs/')
  const name = path.split('/').at(-1) ?? ''
  if (block['name'] === 'create_file' && isFile) {
    const content = firstText(input['file_text'])
    return content === undefined
      ? undefined
      : made(artifacts, path, { title: name, kind: endingOf(name), content })
  }
  if (block['name'] === 'str_replace' && isFile) return changed(artifacts, path, input)
  if (block['name'] !== 'artifacts') return undefined
  const id = firstText(input['id']) ?? ''
  if (input['command'] === 'update') return changed(artifacts, id, input)
  const content = firstText(input['content'])
  if (content === undefined) return undefined
  const before = artifacts.get(id)
  return made(artifacts, id, {
    title: firstText(input['title']) ?? before?.title,
    kind: firstText(input['language'], input['type']) ?? before?.kind,
    content,
  })
}

function endingOf(name: string): string | undefined {
  return /\.(\w{1,10})$/.exec(name)?.[1]?.toLowerCase()
}

function made(
  artifacts: Artifacts,
  id: string,
  {
    title,
    kind,
    content,
  }: {
    title: string | undefined
    kind: string | undefined
    content: string
  },
): string {
  artifacts.set(id, { title, kind, content })
  return artifact(title, kind, content)
}

/** What an artifact is after a change; a change of something that isn't there is shown as it is. */
function changed(artifacts: Artifacts, id: string, input: JsonObject): string | undefined {
  const before = artifacts.get(id)
  const old = typeof input['old_str'] === 'string' ? input['old_str'] : ''
  const replacement = typeof input['new_str'] === 'string' ? input['new_str'] : ''
  if (old === '' && replacement === '') return undefined
  const at = before === undefined || old === '' ? -1 : before.content.indexOf(old)
  if (before === undefined || at === -1) {
    const lines = [...linesWith('-', old), ...linesWith('+', replacement)]
    return artifact(before?.title, 'diff', lines.join('\n'))
  }
  const content = before.content.slice(0, at) + replacement + before.content.slice(at + old.length)
  return made(artifacts, id, { ...before, content })
}

function linesWith(sign: string, text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => sign + line)
}

const languages: Record<string, string> = {
  'text/html': 'html',
  'image/svg+xml': 'svg',
  'application/vnd.ant.react': 'jsx',
  'application/vnd.ant.mermaid': 'mermaid',
  'text/markdown': 'markdown',
}

function artifact(title: string | undefined, kind: string | undefined, content: string): string {
  return `**Artifact: ${(title ?? 'untitled').replace(/\s+/g, ' ').trim()}**\n\n${fenced(content, languages[kind ?? ''] ?? kind)}`
}

/** Older exports have artifacts and hidden thoughts as tags in the text. */
function withArtifacts(text: string): string {
  if (!text.includes('<ant')) return text
  const spoken = replaceTagged(text, 'antThinking', () => '').trim()
  return replaceTagged(spoken, 'antArtifact', (attributes, content) => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
    return artifact(attribute('title'), attribute('language') ?? attribute('type'), content.trim())
  })
}

/** Attachments with their text, and files by their names; what lies in both, or in the message as well, once. */
function filesOf(message: JsonObject, leftOut: LeftOut): string[] {
  const blocks: string[] = []
  const named = new Set<string>()
  const said = saidIn(message)
  for (const attachment of arrayOf(message['attachments'])) {
    if (!isObject(attachment)) continue
    const given = firstText(attachment['file_name'], attachment['name'])
    const text = firstText(attachment['extracted_content'])
    const key = given ?? text ?? ''
    if (named.has(key) || (text !== undefined && given === undefined && said.includes(text.trim()))) continue
    named.add(key).add(given ?? '')
    const name = given ?? 'pasted text'
    blocks.push(text === undefined ? missing(name, leftOut) : quotedFile(name, text))
  }
  const files = [...arrayOf(message['files']), ...arrayOf(message['files_v2'])]
  for (const file of files) {
    const name = isObject(file) ? (firstText(file['file_name'], file['name']) ?? '') : ''
    if (named.has(name)) continue
    if (name !== '') named.add(name)
    blocks.push(missing(name, leftOut))
  }
  return blocks
}

function saidIn(message: JsonObject): string {
  const blocks = arrayOf(message['content']).map((block) => firstText(objectOf(block)['text']) ?? '')
  return [firstText(message['text']) ?? '', ...blocks].join('\n')
}

function missing(name: string, leftOut: LeftOut): string {
  const what = /\.(?:png|jpe?g|gif|webp|heic|svg)$/i.test(name) ? 'image' : 'file'
  leaveOut(leftOut, what)
  return noteOf(what, name)
}
