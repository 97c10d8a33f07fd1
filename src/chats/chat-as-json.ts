import { bytesOfFile, type ChatWithFiles, withMarks } from './file-bytes.ts'

/** What the `format` field of our JSON export says. */
export const chatJsonFormat = 'neptun-share-chat'

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
  const files = [...(chat.files?.values() ?? [])]
  const value = {
    format: chatJsonFormat,
    version: 1,
    name: chat.name,
    model: chat.model,
    ...times(chat),
    messages: chat.messages.map((message) => ({
      role: message.role,
      content: message.content,
      ...times(message),
    })),
    ...(files.length === 0
      ? {}
      : { files: files.map(({ id, name }) => ({ id, name, data: bytesOfFile(id) })) }),
  }
  const json = `${JSON.stringify(value, null, 2)}\n`
  return files.length === 0 ? json : withMarks(json)
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
