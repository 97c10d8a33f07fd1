import type { Of } from './contract-types.ts'

export type { SchemaName } from './contract-types.ts'

export type SignedInUser = NonNullable<Of<'SessionAnswer'>>['user']
export type SignInMethods = Of<'SignInMethods'>
export type User = Of<'UserAnswer'>['user']
export type AccountEvents = Of<'EventsAnswer'>
export type AccountEvent = AccountEvents['events'][number]
export type OwnSession = Of<'SessionsAnswer'>['sessions'][number]
export type AccessToken = Of<'AccessToken'>
export type TokenScope = AccessToken['scope']
export type Passkey = Of<'Passkey'>
export type NewToken = Of<'CreateTokenBody'>
export type MadeToken = Of<'TokenCreated'>['token']
export type Chat = Of<'Chat'>
export type ChatMessage = Of<'ChatMessage'>
export type ChatsPage = Of<'ChatsAnswer'>
export type ListedChat = ChatsPage['chats'][number]
export type AddedFile = Of<'FileAnswer'>['file']
export type RenderedMessage = Of<'RenderedMessagesAnswer'>['renderedMessages'][number]
export type Webhook = Of<'Webhook'>
export type NewWebhook = Of<'CreateWebhookBody'>
export type Role = ChatMessage['role']
export type NewMessage = Pick<ChatMessage, 'role' | 'content'>
export type Share = Of<'Share'>
export type LinksPage = Of<'SharesAnswer'>
export type ListedShare = LinksPage['shares'][number]
export type ShareReaders = Of<'ShareReadersAnswer'>
export type SnapshotChoice = Of<'SnapshotBody'>
export type ShareBody = Of<'ShareBody'>
export type WhitelistEntry = Of<'WhitelistEntriesAnswer'>['shareWhitelistEntries'][number]
export type Preview = Of<'PreviewAnswer'>
export type ChatScan = Of<'ScanAnswer'>
export type Finding = ChatScan['findings'][number]
export type ImportReport = Of<'ImportAnswer'>
export type ImportLine = Of<'ImportLine'>
export type ImportedConversation = ImportReport['conversations'][number]
export type AccessRequest = Of<'AccessRequestsAnswer'>['access_requests'][number]
export type MailSettings = Of<'MailWishes'>
export type ServerFacts = Of<'ServerFacts'>
export type SharedChat = Of<'SharedChatAnswer'>
export type ShareInfo = Of<'ShareInfo'>
export type ExportFormat = Of<'ExportQuery'>['format']
/** The one shape of errors; `data` says more where there is more to say. */
export type ErrorBody = Of<'ApiError'> | Of<'ValidationError'> | Of<'SharedChatError'> | Of<'SecretsError'>
export type Issue = Of<'ValidationError'>['data']['issues'][number]

/** The words of a query, with numbers as numbers. */
type Asked<Query> = Omit<Query, 'limit'> & { readonly limit?: number }
export type ChatsQuery = Asked<Of<'ChatsQuery'>>
export type LinksQuery = Asked<Of<'SharesQuery'>>
export type ImportQuery = Omit<Of<'ImportQuery'>, 'only'>
