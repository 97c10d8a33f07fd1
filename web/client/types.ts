import type { Static } from 'typebox'
import type { SessionAnswer, UserAnswer } from '../../src/contract/accounts.ts'
import type { EventsAnswer } from '../../src/contract/events.ts'
import type {
  Chat as ChatSchema,
  ChatMessage as ChatMessageSchema,
  RenderedMessagesAnswer,
} from '../../src/contract/chats.ts'
import type { ImportAnswer } from '../../src/contract/imports.ts'
import type {
  PreviewAnswer,
  Share as ShareSchema,
  ShareBody as ShareBodySchema,
  WhitelistEntriesAnswer,
} from '../../src/contract/shares.ts'

export type SignedInUser = NonNullable<Static<typeof SessionAnswer>>['user']
export type User = Static<typeof UserAnswer>['user']
export type AccountEvents = Static<typeof EventsAnswer>
export type AccountEvent = AccountEvents['events'][number]
export type Chat = Static<typeof ChatSchema>
export type ChatMessage = Static<typeof ChatMessageSchema>
export type RenderedMessage = Static<typeof RenderedMessagesAnswer>['renderedMessages'][number]
export type Role = ChatMessage['role']
export type NewMessage = Pick<ChatMessage, 'role' | 'content'>
export type Share = Static<typeof ShareSchema>
export type ShareBody = Static<typeof ShareBodySchema>
export type WhitelistEntry = Static<typeof WhitelistEntriesAnswer>['shareWhitelistEntries'][number]
export type Preview = Static<typeof PreviewAnswer>
export type ImportReport = Static<typeof ImportAnswer>
export type ImportedConversation = ImportReport['conversations'][number]
