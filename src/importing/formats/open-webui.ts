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
  ownField,
} from '../streams/loose-json.ts'
import { joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { embedded, embeddedId, webAddressIn } from '../embedded-files.ts'
import { textOfContent, toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { replaceTagged } from '../text/tagged-text.ts'
import { startTurns } from '../turns.ts'

/**
 * Open WebUI's export: chats with `history.messages` (a tree by `parentId`) and `history.currentId`, inside `chat` as
 * the server exports them or bare as a single download was. Reasoning and calls of tools are `<details type=…>` in an
 * answer's text. Times of messages are seconds.
 */
export const openWebUi: ConversationFormat = {
  name: 'Open WebUI',
  recognises: (value) => {
    const chat = chatOf(value)
    return (
      isObject(objectOf(chat['history'])['messages']) ||
      (isObject(objectOf(value)['chat']) && Array.isArray(chat['messages']))
    )
  },
  read,
}

function chatOf(value: unknown): JsonObject {
  const outer = objectOf(value)
  return isObject(outer['chat']) ? outer['chat'] : outer
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const outer = objectOf(value)
  const chat = chatOf(value)
  const leftOut: LeftOut = {}
  const turns = startTurns()
  let model: string | undefined
  const shown = shownMessages(chat)
  const all = Object.values(objectOf(objectOf(chat['history'])['messages'])).filter(isObject)
  leaveOut(leftOut, 'message from a replaced branch', Math.max(0, all.length - shown.length))
  for (const message of shown) {
    const role = message['role']
    if (role !== 'user' && role !== 'assistant') {
      leaveOut(leftOut, 'system message')
      continue
    }
    const text = textOf(message, leftOut, options)
    turns.say(
      role,
      joinBlocks([
        ...filesOf(message, leftOut),
        role === 'assistant' ? withoutDetails(text, leftOut, options) : text,
      ]),
      firstTime(message['timestamp'], message['created_at']),
    )
    if (role === 'assistant') model = firstText(message['modelName'], message['model']) ?? model
  }
  return {
    source: 'open-webui',
    id: firstId(outer['id'], chat['id']),
    name: firstText(outer['title'], chat['title']),
    model: model ?? firstText(...arrayOf(chat['models'])),
    usualModel: 'Open WebUI',
    createdAt: firstTime(outer['created_at'], chat['timestamp'], chat['created_at']),
    messages: turns.messages,
    leftOut,
  }
}

/** What the message says; where several models answered and their answers were merged, that too. */
function textOf(message: JsonObject, leftOut: LeftOut, options: ReadOptions): string {
  if (isObject(message['error']) || typeof message['error'] === 'string') leaveOut(leftOut, 'error message')
  leaveOut(leftOut, 'source', arrayOf(message['sources'] ?? message['citations']).length)
  const said = textOfContent(message['content'], leftOut, options)
  const merged = firstText(objectOf(message['merged'])['content'])
  return joinBlocks([
    said.trim() === '' ? textOfContent(message['output'], leftOut, options) : said,
    ...(merged === undefined ? [] : [merged]),
  ])
}

function shownMessages(chat: JsonObject): JsonObject[] {
  const history = objectOf(chat['history'])
  const byId = objectOf(history['messages'])
  const current = firstId(history['currentId'])
  const leaf = current !== undefined && isObject(ownField(byId, current)) ? current : latestLeaf(byId)
  if (leaf === undefined) return arrayOf(chat['messages']).filter(isObject)
  return pathTo(leaf, (id) => {
    const parent = firstId(objectOf(ownField(byId, id))['parentId'])
    return parent !== undefined && Object.hasOwn(byId, parent) ? parent : undefined
  }).map((id) => objectOf(ownField(byId, id)))
}

function latestLeaf(byId: JsonObject): string | undefined {
  const followed = new Set(Object.values(byId).map((message) => firstId(objectOf(message)['parentId'])))
  const leaves = Object.keys(byId).filter((id) => !followed.has(id))
  return leaves.at(-1) ?? Object.keys(byId).at(-1)
}

function filesOf(message: JsonObject, leftOut: LeftOut): string[] {
  return arrayOf(message['files'])
    .filter(isObject)
    .map((file) => {
      const what = file['type'] === 'image' ? 'image' : file['type'] === 'collection' ? 'collection' : 'file'
      const id = embeddedId(file)
      if (id !== undefined) return embedded(id, what === 'image', firstText(file['filename'], file['name']))
      const name = firstText(file['name'], objectOf(file['file'])['filename'])
      const address = what === 'image' ? webAddressIn(file) : undefined
      if (address !== undefined) return `[${name ?? 'image'}](${address})`
      leaveOut(leftOut, what)
      return noteOf(what, name)
    })
}

function withoutDetails(text: string, leftOut: LeftOut, options: ReadOptions): string {
  if (!text.includes('<details')) return text
  return replaceTagged(text, 'details', (attributes, inside) => {
    const attribute = (name: string): string | undefined =>
      unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1])
    const type = attribute('type')
    const said = replaceTagged(inside, 'summary', () => '')
    if (type === 'reasoning') return `${quotedReasoning(said.replace(/^[ \t]*(?:&gt;|>) ?/gm, ''))}\n\n`
    if (type === 'tool_calls' || type === 'code_interpreter') {
      const call = attribute('arguments') ?? said.trim()
      const result = attribute('result') ?? attribute('output')
      const blocks = [
        toolCallBlock(attribute('name') ?? type, call, leftOut, options),
        result === undefined ? '' : toolResultBlock(result, leftOut, options),
      ]
      return options.includeTools === true ? `\n\n${joinBlocks(blocks)}\n\n` : ''
    }
    return `<details${attributes}>${inside}</details>`
  }).trim()
}

/** What stands in an attribute, as Python's `html.escape` writes it. */
function unescaped(text: string | undefined): string | undefined {
  const signs: Record<string, string> = { quot: '"', '#x27': "'", '#39': "'", lt: '<', gt: '>', amp: '&' }
  return text?.replace(/&(quot|#x27|#39|lt|gt|amp);/g, (whole, name: string) => signs[name] ?? whole)
}
