import type { Chat } from './chat.ts'

/** What the `format` field of our JSON export says. */
export const chatJsonFormat = 'neptun-share-chat'

/**
 * A chat as our JSON export, which comes back through an import without loss:
 *
 *     { "format": "neptun-share-chat", "version": 1, "name", "model", "created_at", "updated_at",
 *       "messages": [{ "role", "content", "created_at", "updated_at" }] }
 *
 * Times are ISO 8601 in UTC; one that isn't known is missing. No ids: they say nothing outside of their server.
 */
export function chatAsJson(chat: Chat): string {
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
  }
  return `${JSON.stringify(value, null, 2)}\n`
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
