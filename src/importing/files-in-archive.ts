import { MAX_FILE_BYTES } from '../chats/limits.ts'
import type { Collected } from './collect-chats.ts'
import type { FileImport } from './import-file.ts'
import type { FileSink } from './imported-chat.ts'
import type { ZipEntry } from './streams/unzip.ts'

/** Files of an archive that were kept, and where they lay in it. */
export type FilePaths = Map<string, string>

const mostPaths = 100_000

/** ChatGPT calls its files so, and puts what they were called before behind it. */
const ofChatGpt = /(?:^|\/)(file[-_][A-Za-z0-9]{8,64})(?:[-_.][^/]*)?$/
/** Where our own export of Markdown has them. */
const ownFolder = /^(?:[^/]{1,200}\/)?(files\/[^/]{1,300})$/
const isPicture = /\.(?:png|jpe?g|webp|gif|avif)$/i
const mayBeChat = /\.(?:json|jsonl|ndjson|md|markdown|html?|zip)$|\/$/i

/**
 * Keeps an entry of an archive that is a file of a conversation.
 *
 * @returns whether it was one; then it has been read
 */
export async function keepEntry(entry: ZipEntry, files: FileSink, paths: FilePaths): Promise<boolean> {
  if (mayBeChat.test(entry.name)) return false
  const pointer = ofChatGpt.exec(entry.name)?.[1]
  const path = ownFolder.exec(entry.name)?.[1]
  if (pointer === undefined && path === undefined && !isPicture.test(entry.name)) return false
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of entry.read()) {
    length += chunk.length
    if (length <= MAX_FILE_BYTES) chunks.push(Buffer.from(chunk))
  }
  if (length > MAX_FILE_BYTES || length === 0) return true
  const name = (entry.name.split('/').at(-1) ?? '').replace(/\.file$/, '')
  const bytes = Buffer.concat(chunks)
  if (pointer !== undefined) files.keep({ bytes, name, id: files.idOf(`chatgpt ${pointer}`) })
  else {
    const id = files.keep({ bytes, name })
    if (path !== undefined && paths.size < mostPaths) paths.set(path, id)
  }
  return true
}

/** Chats of an archive, in which links to the files beside them lead to what was kept of these. */
export function withPaths(file: FileImport, paths: FilePaths): FileImport {
  const linked = (collected: Collected[]): Collected[] =>
    paths.size === 0 ? collected : collected.map((one) => (one.kind === 'chat' ? linkedChat(one) : one))
  const linkedChat = (one: Collected & { kind: 'chat' }): Collected => ({
    kind: 'chat',
    chat: {
      ...one.chat,
      messages: one.chat.messages.map((message) => ({
        ...message,
        content: message.content.replace(/\]\((files\/[^()\s]{1,300})\)/g, (link, path: string) => {
          const id = paths.get(path)
          return id === undefined ? link : `](file:${id})`
        }),
      })),
    },
  })
  return { push: (chunk) => linked(file.push(chunk)), end: () => linked(file.end()) }
}
