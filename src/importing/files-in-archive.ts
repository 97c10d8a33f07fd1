import { MAX_FILE_BYTES } from '../chats/limits.ts'
import type { Collected } from './collect-chats.ts'
import type { FileImport } from './import-file.ts'
import type { FileSink } from './imported-chat.ts'
import type { ZipEntry } from './streams/unzip.ts'

/** Files of an archive that were kept, by where they lie in it and by their names alone; and which of them were met. */
export type FilePaths = { readonly ids: Map<string, string>; readonly met: Set<string>; own: number }

export function noPaths(): FilePaths {
  return { ids: new Map(), met: new Set(), own: 0 }
}

const mostPaths = 100_000

/** ChatGPT calls its files so, and puts what they were called before behind it. */
const ofChatGpt = /(?:^|\/)(file[-_][A-Za-z0-9]{8,64})(?:[-_.][^/]*)?$/
/** Where our own export of Markdown has them. */
const ownFolder = /^(?:[^/]{1,200}\/)?(files\/[^/]{1,300})$/
const isPicture = /\.(?:png|jpe?g|webp|gif|avif)$/i
/** Names of what is read as a chat. */
export const mayBeChat = /\.(?:json|jsonl|ndjson|md|markdown|html?|zip)$|\/$/i

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
    if (path !== undefined) paths.own++
    for (const one of [entry.name, path ?? entry.name, baseOf(entry.name), name])
      if (paths.ids.size < mostPaths && !paths.ids.has(one)) paths.ids.set(one, id)
  }
  return true
}

function baseOf(path: string): string {
  return path.split('/').at(-1) ?? path
}

/** A link to what lies beside a text: no address of the web, no place in the text, no place on a server. */
const besideLink = /\]\((?![a-z][a-z0-9+.-]{0,20}:|[#/])<?([^()<>\n]{1,300})>?\)/gi

/** Chats of an archive, in which links to the files beside them lead to what was kept of these. */
export function withPaths(file: FileImport, paths: FilePaths): FileImport {
  const idAt = (path: string): string | undefined => {
    const { ids, met } = paths
    const plain = decoded(path).replace(/^\.\//, '')
    const id = ids.get(plain) ?? ids.get(baseOf(plain))
    if (id !== undefined) met.add(id)
    return id
  }
  const linked = (content: string): string =>
    content.replace(besideLink, (link, path: string) => {
      const id = idAt(path)
      return id === undefined ? link : `](file:${id})`
    })
  const read = (collected: Collected[]): Collected[] =>
    paths.ids.size === 0
      ? collected
      : collected.map((one) => {
          if (one.kind !== 'chat') return one
          const messages = one.chat.messages.map((message) => ({
            ...message,
            content: linked(message.content),
          }))
          return { kind: 'chat', chat: { ...one.chat, messages } }
        })
  return { push: (chunk) => read(file.push(chunk)), end: () => read(file.end()) }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
