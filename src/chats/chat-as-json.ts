import { type ChatWriter, writeWhole } from './chat-writer.ts'
import { bytesOfFile, type ChatFile, type ChatWithFiles, withMarks } from './file-bytes.ts'
import { inList } from './indented-list.ts'

/** What the `format` field of our JSON export says. */
export const chatJsonFormat = 'neptun-share-chat'

/**
 * The same for where the bytes of some files stand beside the JSON: these have no `data`.
 *
 * @param standsBeside asked when all messages are written
 */
export function jsonWriterBeside(standsBeside: (fileId: string) => boolean): ChatWriter {
  return { begin, message, end: (count, files) => end(count, files, standsBeside) }
}

const begin: ChatWriter['begin'] = (chat) =>
  inList.before({
    format: chatJsonFormat,
    version: 1,
    name: chat.name,
    model: chat.model,
    ...times(chat),
    messages: [],
  })

const message: ChatWriter['message'] = ({ role, content, ...at }, index) =>
  inList.item({ role, content, ...times(at) }, index)

function end(
  count: number,
  files: ReadonlyMap<string, ChatFile>,
  standsBeside: (fileId: string) => boolean,
): string {
  if (files.size === 0) return inList.after(count)
  const listed = [...files.values()].map(({ id, name }) => ({
    id,
    name,
    ...(standsBeside(id) ? {} : { data: bytesOfFile(id) }),
  }))
  return withMarks(inList.after(count, { files: listed }))
}

/** See {@link chatAsJson}. */
export const jsonWriter = jsonWriterBeside(() => false)

/**
 * A chat as our JSON export, which comes back through an import without loss:
 *
 *     { "format": "neptun-share-chat", "version": 1, "name", "model", "created_at", "updated_at",
 *       "messages": [{ "role", "content", "created_at", "updated_at" }],
 *       "files": [{ "id", "name", "data" }] }
 *
 * Times are ISO 8601 in UTC; one that isn't known is missing. No ids but those of files, which messages name: others say
 * nothing outside of their server. A file's data is a data URI; a chat without files has no `files`.
 */
export function chatAsJson(chat: ChatWithFiles): string {
  return writeWhole(jsonWriter, chat)
}

function times(of: {
  createdAt?: number | undefined
  updatedAt?: number | undefined
}): Record<string, string> {
  return {
    ...(of.createdAt === undefined ? {} : { created_at: new Date(of.createdAt).toISOString() }),
    ...(of.updatedAt === undefined ? {} : { updated_at: new Date(of.updatedAt).toISOString() }),
  }
}
