import { BYTES_OF, CHAT_BEGIN, CHAT_END, PAGE_FILE_MARK } from '../../chats/chat-in-page.ts'
import { ImportError, type TextFormat } from '../imported-chat.ts'
import { arrayOf, firstText, isObject, type JsonObject } from '../streams/loose-json.ts'
import { neptunShare } from './neptun-share.ts'

/** What a page that is one of our files begins with. */
const HEAD_CHARS = 2_000

/** Our own export as a page, which holds its chat as our JSON export does, and the bytes of files where it shows them. */
export const neptunSharePage: TextFormat = {
  name: 'Neptun Share',
  read(text, options) {
    if (!/^\s{0,100}</.test(text) || !text.slice(0, HEAD_CHARS).includes(PAGE_FILE_MARK)) return undefined
    const begin = text.lastIndexOf(CHAT_BEGIN)
    const end = text.indexOf(CHAT_END, begin)
    if (begin === -1 || end === -1)
      throw new ImportError(
        'damaged',
        'This page holds no whole chat to bring back. Export it again, or as JSON.',
      )
    const chat = chatIn(text.slice(begin + CHAT_BEGIN.length, end))
    const files = arrayOf(chat['files'])
    const bytes = files.length === 0 ? new Map<string, string>() : bytesIn(text, begin)
    return [
      { ...neptunShare.read({ ...chat, files: files.map(withBytes(bytes)) }, options), isNamedByFile: false },
    ]
  },
}

function chatIn(json: string): JsonObject {
  let chat: unknown
  try {
    chat = JSON.parse(json)
  } catch {
    // Told below.
  }
  if (!isObject(chat) || !neptunShare.recognises(chat))
    throw new ImportError('damaged', 'The chat that this page holds was changed, and can no longer be read.')
  return chat
}

/** What stands on the page for the bytes of files, by id. */
function bytesIn(text: string, end: number): ReadonlyMap<string, string> {
  const bytes = new Map<string, string>()
  for (const { 0: start, 1: id = '', index } of text.matchAll(fileOnPage)) {
    if (index > end) break
    const from = index + start.length
    bytes.set(id, text.slice(from, text.indexOf('"', from)))
  }
  return bytes
}

const fileOnPage = new RegExp(` ${BYTES_OF}="([\\w-]{22})" (?:src|href)="`, 'g')

function withBytes(bytes: ReadonlyMap<string, string>): (file: unknown) => unknown {
  return (file) => {
    if (!isObject(file) || file['data'] !== undefined) return file
    const data = bytes.get(firstText(file['id']) ?? '')
    if (data === undefined) {
      const name = firstText(file['name']) ?? 'A file'
      throw new ImportError('damaged', `This page was changed: "${name}" is no longer in it.`)
    }
    return { ...file, data }
  }
}
