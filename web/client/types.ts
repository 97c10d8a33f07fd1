import type { Static } from 'typebox'
import type {
  SessionAnswer,
  SignInMethods as SignInMethodsSchema,
  UserAnswer,
} from '../../src/contract/accounts.ts'
import type { AccessRequestsAnswer, MailWishes } from '../../src/contract/access-requests.ts'
import type { ServerFacts as ServerFactsSchema } from '../../src/contract/service.ts'
import type { EventsAnswer } from '../../src/contract/events.ts'
import type {
  AccessToken as AccessTokenSchema,
  CreateTokenBody,
  SessionsAnswer,
  TokenCreated,
} from '../../src/contract/signed-in.ts'
import type { Passkey as PasskeySchema } from '../../src/contract/passkeys.ts'
import type {
  Chat as ChatSchema,
  ChatMessage as ChatMessageSchema,
  ChatsAnswer,
  RenderedMessagesAnswer,
} from '../../src/contract/chats.ts'
import type { FileAnswer } from '../../src/contract/files.ts'
import type { ImportAnswer } from '../../src/contract/imports.ts'
import type { ScanAnswer } from '../../src/contract/scans.ts'
import type {
  PreviewAnswer,
  Share as ShareSchema,
  ShareBody as ShareBodySchema,
  ShareReadersAnswer,
  SharesAnswer,
  SnapshotBody,
  WhitelistEntriesAnswer,
} from '../../src/contract/shares.ts'

export type SignedInUser = NonNullable<Static<typeof SessionAnswer>>['user']
export type SignInMethods = Static<typeof SignInMethodsSchema>
export type User = Static<typeof UserAnswer>['user']
export type AccountEvents = Static<typeof EventsAnswer>
export type AccountEvent = AccountEvents['events'][number]
export type OwnSession = Static<typeof SessionsAnswer>['sessions'][number]
export type AccessToken = Static<typeof AccessTokenSchema>
export type TokenScope = AccessToken['scope']
export type Passkey = Static<typeof PasskeySchema>
export type NewToken = Static<typeof CreateTokenBody>
export type MadeToken = Static<typeof TokenCreated>['token']
export type Chat = Static<typeof ChatSchema>
export type ChatMessage = Static<typeof ChatMessageSchema>
export type ChatsPage = Static<typeof ChatsAnswer>
export type ListedChat = ChatsPage['chats'][number]
export type AddedFile = Static<typeof FileAnswer>['file']
export type RenderedMessage = Static<typeof RenderedMessagesAnswer>['renderedMessages'][number]
export type Role = ChatMessage['role']
export type NewMessage = Pick<ChatMessage, 'role' | 'content'>
export type Share = Static<typeof ShareSchema>
export type LinksPage = Static<typeof SharesAnswer>
export type ListedShare = LinksPage['shares'][number]
export type ShareReaders = Static<typeof ShareReadersAnswer>
export type SnapshotChoice = Static<typeof SnapshotBody>
export type ShareBody = Static<typeof ShareBodySchema>
export type WhitelistEntry = Static<typeof WhitelistEntriesAnswer>['shareWhitelistEntries'][number]
export type Preview = Static<typeof PreviewAnswer>
export type ChatScan = Static<typeof ScanAnswer>
export type Finding = ChatScan['findings'][number]
export type ImportReport = Static<typeof ImportAnswer>
export type ImportedConversation = ImportReport['conversations'][number]
export type AccessRequest = Static<typeof AccessRequestsAnswer>['access_requests'][number]
export type MailSettings = Static<typeof MailWishes>
export type ServerFacts = Static<typeof ServerFactsSchema>
