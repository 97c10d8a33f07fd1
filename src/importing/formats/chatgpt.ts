import { pathTo } from '../conversation-tree.ts'
import { chatGptFile, embedded } from '../embedded-files.ts'
import {
  type ChatDraft,
  type ConversationFormat,
  ImportError,
  type LeftOut,
  type ReadOptions,
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
  ownField,
} from '../streams/loose-json.ts'
import { fenced, joinBlocks, noteOf, quotedReasoning } from '../text/markdown-blocks.ts'
import { toolCallBlock, toolResultBlock } from '../message-parts.ts'
import { startTurns } from '../turns.ts'
import { type Canvases, canvasOf } from './chatgpt-canvas.ts'

/**
 * ChatGPT's data export, `conversations.json`: each conversation is a tree of nodes in `mapping`, of which
 * `current_node` and its ancestors are what the page showed. OpenAI publishes no schema; this follows real exports of
 * 2023–2026 as described by public parsers (content types text, code, multimodal_text, thoughts, reasoning_recap,
 * execution_output, tether_*, user_editable_context, …). Times are seconds with fractions.
 */
export const chatGpt: ConversationFormat = { name: 'ChatGPT', recognises, read }

function recognises(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['mapping'])) return false
  const { mapping } = value
  // Asked several times of each conversation: listing a million nodes would take as long as reading them.
  for (const id in mapping) {
    const node = ownField(mapping, id)
    if (isObject(node) && ('message' in node || 'parent' in node)) return true
  }
  return Object.keys(mapping).length === 0 && 'current_node' in value
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const conversation = objectOf(value)
  const mapping = objectOf(conversation['mapping'])
  const leftOut: LeftOut = {}
  const turns = startTurns()
  let model: string | undefined
  const canvases: Canvases = { latest: undefined }
  const shown = shownNodes(conversation, mapping)
  leaveOut(leftOut, 'message from a replaced branch', countReplaced(mapping, shown))
  for (const node of shown) {
    const message = node['message']
    if (!isObject(message)) continue
    const metadata = objectOf(message['metadata'])
    const role = objectOf(message['author'])['role']
    const text = readMessage(message, metadata, role, canvases, leftOut, options)
    turns.say(role === 'user' ? 'user' : 'assistant', text, firstTime(message['create_time']))
    if (role === 'assistant') model = slugOf(metadata['model_slug']) ?? model
  }
  return {
    source: 'chatgpt',
    id: firstId(conversation['conversation_id'], conversation['id']),
    name: firstText(conversation['title']),
    model: model ?? slugOf(conversation['model_slug'], conversation['default_model_slug']),
    usualModel: 'ChatGPT',
    createdAt: firstTime(conversation['create_time']),
    messages: turns.messages,
    leftOut,
  }
}

/** The first that names a model; "auto" let the page choose. */
function slugOf(...values: unknown[]): string | undefined {
  return firstText(...values.filter((value) => value !== 'auto'))
}

function shownNodes(conversation: JsonObject, mapping: JsonObject): JsonObject[] {
  const parents = parentsOf(mapping)
  if (parents.size === 0)
    return Object.values(mapping)
      .filter(isObject)
      .toSorted((a, b) => timeOf(a) - timeOf(b))
  const current = firstId(conversation['current_node'])
  const leaf =
    current !== undefined && isObject(ownField(mapping, current)) ? current : latestLeaf(mapping, parents)
  if (leaf === undefined) throw new ImportError('empty', 'It has no messages.')
  return pathTo(leaf, (id) => parents.get(id)).map((id) => objectOf(ownField(mapping, id)))
}

/** What was said on branches that the page doesn't show any more: edited questions, regenerated answers. */
function countReplaced(mapping: JsonObject, shown: readonly JsonObject[]): number {
  const isShown = new Set(shown)
  return Object.values(mapping).filter((node) => {
    if (!isObject(node) || isShown.has(node) || !isObject(node['message'])) return false
    const { author, content, metadata, recipient } = node['message']
    const role = objectOf(author)['role']
    const isSaid = role === 'user' || (role === 'assistant' && (firstText(recipient) ?? 'all') === 'all')
    return isSaid && !isHidden(objectOf(metadata)) && arrayOf(objectOf(content)['parts']).some(isSomething)
  }).length
}

function isSomething(part: unknown): boolean {
  return isObject(part) || (typeof part === 'string' && part.trim() !== '')
}

function isHidden(metadata: JsonObject): boolean {
  return metadata['is_visually_hidden_from_conversation'] === true
}

function timeOf(node: JsonObject): number {
  return firstTime(objectOf(node['message'])['create_time']) ?? 0
}

/** Who follows whom, from `parent`, or where that is missing from the parents' `children`. */
function parentsOf(mapping: JsonObject): Map<string, string> {
  const parents = new Map<string, string>()
  const ids = Object.keys(mapping)
  for (const id of ids) {
    for (const child of arrayOf(objectOf(mapping[id])['children'])) {
      if (typeof child === 'string' && !parents.has(child)) parents.set(child, id)
    }
  }
  for (const id of ids) {
    const parent = firstId(objectOf(mapping[id])['parent'])
    if (parent !== undefined && Object.hasOwn(mapping, parent)) parents.set(id, parent)
  }
  return parents
}

/** The newest node that nobody follows: what a page shows where `current_node` is lost. */
function latestLeaf(mapping: JsonObject, parents: Map<string, string>): string | undefined {
  const followed = new Set(parents.values())
  let leaf: string | undefined
  let latest = -1
  for (const [id, node] of Object.entries(mapping)) {
    if (followed.has(id) || !isObject(objectOf(node)['message'])) continue
    const time = timeOf(objectOf(node))
    if (time >= latest) [leaf, latest] = [id, time]
  }
  return leaf ?? Object.keys(mapping).at(-1)
}

function readMessage(
  message: JsonObject,
  metadata: JsonObject,
  role: unknown,
  canvases: Canvases,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  const content = objectOf(message['content'])
  const kind = firstText(content['content_type']) ?? 'text'
  if (kind === 'user_editable_context' || kind === 'model_editable_context') {
    leaveOut(leftOut, 'custom instruction')
    return ''
  }
  if (isHidden(metadata) || role === 'system') {
    if (rawText(content).trim() !== '')
      leaveOut(leftOut, role === 'system' ? 'system message' : 'hidden message')
    return ''
  }
  if (role === 'tool') return toolMessage(content, metadata, leftOut, options)
  if (role !== 'user' && role !== 'assistant') return ''
  const recipient = firstText(message['recipient']) ?? 'all'
  if (role === 'assistant' && recipient !== 'all')
    return callOfTool(recipient, content, canvases, leftOut, options)
  const text = readContent(kind, content, metadata, leftOut, options)
  return role === 'user'
    ? joinBlocks([...attachments(metadata, content, leftOut, options), text])
    : withFileNotes(withLinkedCitations(text, metadata, leftOut), leftOut)
}

function readContent(
  kind: string,
  content: JsonObject,
  metadata: JsonObject,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  switch (kind) {
    case 'code': {
      const code = rawText(content)
      const language = firstText(content['language']) ?? ''
      return code.trim() === '' ? '' : fenced(code, language === 'unknown' ? '' : language)
    }
    case 'thoughts':
      return thoughts(content)
    case 'reasoning_recap': {
      const recap = firstText(content['content'], content['text'])
      return recap === undefined ? '' : quotedReasoning('', recap.trim().slice(0, 200))
    }
    case 'multimodal_text':
    case 'text':
      return (
        joinBlocks(arrayOf(content['parts']).map((part) => readPart(part, leftOut, options))) ||
        (firstText(content['text']) ?? '')
      )
    case 'system_error':
      leaveOut(leftOut, 'error message')
      return ''
    case 'app_pairing_content':
      leaveOut(leftOut, "app's window")
      return ''
    case 'tether_quote':
      return quotedPage(content)
    default: {
      const text = rawText(content)
      if (text.trim() === '' && metadata['is_complete'] !== true) leaveOut(leftOut, `part of an unknown kind`)
      return text
    }
  }
}

function readPart(part: unknown, leftOut: LeftOut, options: ReadOptions): string {
  if (typeof part === 'string') return part
  if (!isObject(part)) return ''
  const kind = firstText(part['content_type'], part['type']) ?? ''
  if (kind === 'audio_transcription' || kind === 'text') return firstText(part['text']) ?? ''
  if (kind.includes('video') && holdsVideo(part)) return counted('video', leftOut)
  // A spoken turn carries its sound beside its transcription; only the latter can be kept, and it is.
  if (kind.includes('audio')) {
    leaveOut(leftOut, 'audio recording')
    return ''
  }
  if (kind.includes('image') || 'asset_pointer' in part) {
    const prompt = firstText(objectOf(objectOf(part['metadata'])['dalle'])['prompt'])
    return fileBeside(part['asset_pointer'], true, prompt, options) ?? counted('image', leftOut, prompt)
  }
  const text = firstText(part['text'])
  if (text === undefined) leaveOut(leftOut, 'part of an unknown kind')
  return text ?? ''
}

/** A turn of a live conversation points to its sound, and to a video only where a camera or screen was on. */
function holdsVideo(part: JsonObject): boolean {
  if (!isObject(part['audio_asset_pointer'])) return true
  return (
    isObject(part['video_container_asset_pointer']) ||
    arrayOf(part['frames_asset_pointers'] ?? part['frame_asset_pointers']).length > 0
  )
}

function quotedPage(content: JsonObject): string {
  const text = firstText(content['text'])
  const source = firstText(content['title'], content['domain'], content['url'])
  const lines = [
    ...(source === undefined ? [] : [`**${inOneLine(source)}**`, '']),
    ...(text ?? '').split('\n'),
  ]
  return text === undefined ? '' : lines.map((line) => `> ${line}`.trimEnd()).join('\n')
}

function counted(what: string, leftOut: LeftOut, name?: string): string {
  leaveOut(leftOut, what)
  return noteOf(what, name)
}

/** A file that the archive has beside its conversations. */
function fileBeside(
  pointer: unknown,
  isPicture: boolean,
  name: string | undefined,
  { files, hasFilesBeside }: ReadOptions,
): string | undefined {
  const file = typeof pointer === 'string' ? chatGptFile(pointer) : undefined
  if (file === undefined || files === undefined || hasFilesBeside !== true) return undefined
  return embedded(files.idOf(`chatgpt ${file}`), isPicture, name)
}

function attachments(
  metadata: JsonObject,
  content: JsonObject,
  leftOut: LeftOut,
  options: ReadOptions,
): string[] {
  const pictured = arrayOf(content['parts']).some((part) => isObject(part) && 'asset_pointer' in part)
  const notes: string[] = []
  for (const attachment of arrayOf(metadata['attachments'])) {
    if (!isObject(attachment)) continue
    const isImage = (firstText(attachment['mime_type'], attachment['mimeType']) ?? '').startsWith('image/')
    if (isImage && pictured) continue
    const name = firstText(attachment['name'])
    notes.push(
      fileBeside(attachment['id'], isImage, name, options) ??
        counted(isImage ? 'image' : 'file', leftOut, name),
    )
  }
  return notes
}

function thoughts(content: JsonObject): string {
  if (typeof content['thoughts'] === 'string')
    return thoughts({ thoughts: [{ content: content['thoughts'] }] })
  const text = arrayOf(content['thoughts'])
    .map((thought) => {
      const { summary, content: detail } = objectOf(thought)
      return [firstText(summary), firstText(detail)].filter((part) => part !== undefined).join('\n\n')
    })
    .filter((thought) => thought !== '')
    .join('\n\n')
  return text === '' ? '' : quotedReasoning(text)
}

function callOfTool(
  recipient: string,
  content: JsonObject,
  canvases: Canvases,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  const canvas = recipient.startsWith('canmore.')
    ? canvasOf(recipient, rawText(content), canvases)
    : undefined
  if (canvas !== undefined) return canvas
  if (recipient === 'canmore.create_textdoc') {
    const name = /"name"\s{0,9}:\s{0,9}"([^"\\]{1,200})"/.exec(rawText(content).slice(0, 2000))?.[1]
    return counted('canvas', leftOut, name)
  }
  if (recipient.startsWith('canmore.')) {
    leaveOut(leftOut, 'change of a canvas')
    return ''
  }
  return toolCallBlock(recipient, rawText(content), leftOut, options)
}

/** What a tool answered is internal, but a picture that it made is part of the conversation. */
function toolMessage(
  content: JsonObject,
  metadata: JsonObject,
  leftOut: LeftOut,
  options: ReadOptions,
): string {
  const images = arrayOf(content['parts']).filter((part) => isObject(part) && 'asset_pointer' in part)
  if (images.length > 0) return joinBlocks(images.map((part) => readPart(part, leftOut, options)))
  // What Python drew stands beside what it printed.
  const drawn = arrayOf(objectOf(metadata['aggregate_result'])['messages']).filter(
    (message) => isObject(message) && message['message_type'] === 'image',
  )
  if (drawn.length > 0) {
    return joinBlocks(
      drawn.map(
        (message) =>
          fileBeside(objectOf(message)['image_url'], true, undefined, options) ?? counted('image', leftOut),
      ),
    )
  }
  return toolResultBlock(rawText(content), leftOut, options)
}

function rawText(content: JsonObject): string {
  const parts = arrayOf(content['parts']).filter((part) => typeof part === 'string')
  return parts.length > 0
    ? parts.join('\n\n')
    : (firstText(content['text'], content['result'], content['content']) ?? '')
}

/**
 * Citations stand in the text as marks in private-use characters, in older conversations as 【4†source】; the metadata
 * says what the page showed instead, mostly a link. One that leads nowhere is counted. Other text in such brackets,
 * as Chinese and Japanese use them, stays.
 */
function withLinkedCitations(text: string, metadata: JsonObject, leftOut: LeftOut): string {
  if (!/[\ue200-\ue206【]/.test(text)) return text
  const shown = citationLinks(text, metadata)
  return text
    .replace(/\ue200[^\ue200\ue201]*\ue201|【\d[^【】]*】/g, (mark) => {
      const link = shown.get(mark) ?? shownInMark(mark)
      if (link === undefined && mark.startsWith('【') && !mark.includes('†')) return mark
      if (link === undefined) leaveOut(leftOut, 'citation')
      return link ?? ''
    })
    .replace(/[\ue200-\ue206]/g, '')
}

const sandbox = '](sandbox:'
const longestLink = 500

/** Links into the machine on which the model ran lead nowhere: a note says that a file was there. */
function withFileNotes(text: string, leftOut: LeftOut): string {
  let result = ''
  let from = 0
  for (let at = text.indexOf(sandbox); at !== -1; at = text.indexOf(sandbox, from)) {
    const address = text.slice(at + sandbox.length, at + sandbox.length + longestLink)
    const [path = ''] = /^[^)\n]*/.exec(address) ?? []
    const begin = Math.max(from, at - longestLink)
    const open = text.slice(begin, at).lastIndexOf('[')
    const end = at + sandbox.length + path.length + 1
    if (open === -1 || address.charAt(path.length) !== ')') {
      result += text.slice(from, end)
    } else {
      const start = begin + open
      const isPicture = start > from && text[start - 1] === '!'
      result +=
        text.slice(from, isPicture ? start - 1 : start) + counted('file', leftOut, path.split('/').at(-1))
    }
    from = end
  }
  return result + text.slice(from)
}

/** Marks of things with a name carry what the page shows: `entity` as JSON `[kind, name, …]`, links their title. */
function shownInMark(mark: string): string | undefined {
  const [kind = '', shown = '', address = ''] = mark.slice(1, -1).split('\ue202')
  if (kind === 'entity') return /^\["[^"\\]*",\s*"([^"\\]+)"/.exec(shown)?.[1]
  if (kind === 'url' && /^https?:\/\//.test(address)) return linkTo(shown, address)
  return kind === 'link_title' ? firstText(shown) : undefined
}

function citationLinks(text: string, metadata: JsonObject): Map<string, string> {
  const shown = new Map<string, string>()
  for (const citation of arrayOf(metadata['citations'])) {
    const { start_ix: start, end_ix: end, metadata: source } = objectOf(citation)
    const link = linkOf(source)
    if (typeof start !== 'number' || typeof end !== 'number' || link === '') continue
    shown.set(text.slice(start, end), ` (${link})`)
  }
  for (const reference of arrayOf(metadata['content_references'])) {
    const { matched_text: mark, alt, items, type } = objectOf(reference)
    if (typeof mark !== 'string') continue
    if (type === 'hidden') shown.set(mark, '')
    const links = arrayOf(items)
      .map(linkOf)
      .filter((link) => link !== '')
    const link = firstText(alt) ?? (links.length > 0 ? `(${links.join(', ')})` : undefined)
    if (link !== undefined) shown.set(mark, link)
  }
  return shown
}

/** A link to a source of a citation, or nothing where it has no address. */
function linkOf(source: unknown): string {
  const { title, url } = objectOf(source)
  const address = firstText(url)
  return address === undefined || !/^https?:\/\//.test(address)
    ? ''
    : linkTo(firstText(title) ?? address, address)
}

function linkTo(title: string, address: string): string {
  return `[${inOneLine(title)}](${address.replace(/[\s()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)})`
}

function inOneLine(text: string): string {
  return text.replace(/[[\]\s]+/g, ' ').trim()
}
