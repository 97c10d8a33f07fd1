import type { Static } from 'typebox'
import type { StoredChat } from '../../actions/chats/chats.ts'
import type { StartedSession } from '../../actions/accounts/start-session.ts'
import type { WhitelistEntry } from '../../actions/sharing/whitelist.ts'
import type { ChatFinding } from '../../actions/scanning/scan-chat.ts'
import type { Match as FoundMatch } from '../../actions/lists/search.ts'
import { fileReference } from '../../chats/file-references.ts'
import type { Message } from '../../chats/message.ts'
import type { SignedIn, UserAnswer } from '../../contract/accounts.ts'
import type { Chat, ChatMessage } from '../../contract/chats.ts'
import type { Finding } from '../../contract/scans.ts'
import type { Match } from '../../contract/common.ts'
import type { FileAnswer } from '../../contract/files.ts'
import type { WhitelistEntriesAnswer } from '../../contract/shares.ts'

// What leaves the server is named here, field by field.

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

export const isoTimeOrNull = (epochMs: number | null): string | null =>
  epochMs === null ? null : isoTime(epochMs)

export function presentSignedIn({ user, loggedInAt }: StartedSession): Static<typeof SignedIn> {
  return { user: { id: user.id, primary_email: user.email }, loggedInAt: isoTime(loggedInAt) }
}

export function presentUser(user: {
  readonly id: number
  readonly email: string
  readonly isVerified: boolean
  readonly createdAt: number
}): Static<typeof UserAnswer> {
  return {
    user: {
      id: user.id,
      primary_email: user.email,
      email_verified: user.isVerified,
      created_at: isoTime(user.createdAt),
    },
  }
}

export function presentChat(chat: StoredChat): Static<typeof Chat> {
  return {
    id: chat.id,
    neptun_user_id: chat.userId,
    model: chat.model,
    name: chat.name,
    created_at: isoTime(chat.createdAt),
    updated_at: isoTime(chat.updatedAt),
  }
}

/** Where a search found something, if it was one. */
export function presentMatch(match: FoundMatch | undefined): { match?: Static<typeof Match> } {
  return match ? { match: { message_id: match.messageId, excerpt: match.excerpt } } : {}
}

/** A message for its owner: clients read `message` and `actor`, or `content` and `role`. */
export function presentMessage(
  message: Message,
  chat: { readonly userId: number; readonly chatId: number },
): Static<typeof ChatMessage> {
  return {
    id: message.id,
    chat_conversation_id: chat.chatId,
    neptun_user_id: chat.userId,
    message: message.content,
    actor: message.role,
    content: message.content,
    role: message.role,
    created_at: isoTime(message.createdAt),
    updated_at: isoTime(message.updatedAt),
  }
}

export function presentFinding(finding: ChatFinding): Static<typeof Finding> {
  const { messageId, kind, rule, label, start, end, excerpt } = finding
  return { message_id: messageId, kind, rule, label, start, end, excerpt }
}

/** A file, as what is told of it. */
export function presentFile(file: {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly dimensions: { readonly width: number; readonly height: number } | undefined
}): Static<typeof FileAnswer>['file'] {
  const { id, name, mediaType, size, dimensions } = file
  return {
    id,
    name,
    media_type: mediaType,
    bytes: size,
    width: dimensions?.width ?? null,
    height: dimensions?.height ?? null,
    markdown: fileReference({ id, name, isPicture: dimensions !== undefined }),
  }
}

export function presentEntries(entries: readonly WhitelistEntry[]): Static<typeof WhitelistEntriesAnswer> {
  return {
    shareWhitelistEntries: entries.map((entry) => ({
      id: entry.id,
      chat_conversation_share_id: entry.shareId,
      email: entry.email,
      created_at: isoTime(entry.createdAt),
      updated_at: isoTime(entry.updatedAt),
    })),
  }
}
