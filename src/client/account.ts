import type { Of } from './contract-types.ts'
import { eachOf } from './each-page.ts'
import { importFiles, type ImportOptions } from './import-files.ts'
import { asForm, type FileToSend } from './multipart.ts'
import type { Answer, ClientOptions, Sender, Sent } from './sender.ts'
import type {
  AccountEvent,
  ChatMessage,
  ChatsQuery,
  ExportFormat,
  LinksQuery,
  ListedChat,
  ListedShare,
  MailSettings,
  NewMessage,
  NewToken,
  NewWebhook,
  Share,
  ShareBody,
  SnapshotChoice,
  WhitelistEntry,
} from './types.ts'

type ShareId = Pick<Share, 'id' | 'chat_conversation_id'>
type MessageId = Pick<ChatMessage, 'id' | 'chat_conversation_id'>
type Visitor = Of<'PreviewBody'>
/** @property undo what is deleted can be restored for a minute */
type Deleting = { readonly undo?: boolean }

export type AccountApi = ReturnType<typeof accountApi>

/** Everything that belongs to one account. */
export function accountApi(sender: Sender, options: ClientOptions, userId: number) {
  const { request } = sender
  const mine = `/api/users/${userId}`
  const chat = (chatId: number): string => `${mine}/chats/${chatId}`
  const shareOf = (share: ShareId): string => `${chat(share.chat_conversation_id)}/shares/${share.id}`
  const messageOf = (message: MessageId): string =>
    `${chat(message.chat_conversation_id)}/messages/${message.id}`
  const chatsPage = (query: ChatsQuery) =>
    request('GET', `${mine}/chats`, 'ChatsAnswer', { query: { ...query } })
  const linksPage = (query: LinksQuery) =>
    request('GET', `${mine}/shares`, 'SharesAnswer', { query: { ...query } })
  const events = (cursor?: string, limit = 20) =>
    request('GET', `${mine}/events`, 'EventsAnswer', { query: { limit, cursor } })

  return {
    userId,

    account: async () => (await request('GET', mine, 'UserAnswer')).user,
    changeAccount: async (json: Of<'ChangeUserBody'>) =>
      (await request('PATCH', mine, 'UserAnswer', { json })).user,
    /** @param currentPassword not needed in the first ten minutes after signing in */
    deleteAccount: (currentPassword?: string) =>
      request('DELETE', mine, 'Done', {
        json: currentPassword === undefined ? {} : { current_password: currentPassword },
      }),
    askToConfirm: async () => void (await sender.send('POST', `${mine}/email-verification`)),
    confirmEmail: async (code: string) =>
      (await request('POST', `${mine}/email-verification`, 'UserAnswer', { json: { code } })).user,
    mailSettings: () => request('GET', `${mine}/mail-settings`, 'MailWishes'),
    changeMailSettings: (json: MailSettings) =>
      request('PATCH', `${mine}/mail-settings`, 'MailWishes', { json }),
    accessRequests: async () =>
      (await request('GET', `${mine}/access-requests`, 'AccessRequestsAnswer')).access_requests,
    acceptRequest: async (id: number) =>
      void (await sender.send('POST', `${mine}/access-requests/${id}/accept`)),
    dismissRequest: (id: number) => request('DELETE', `${mine}/access-requests/${id}`, 'Done'),
    /** A page of what was done to links and sign-ins, the latest first. */
    events,
    eachEvent: (): AsyncGenerator<AccountEvent, void> =>
      eachOf(
        (cursor) => events(cursor, 200),
        (page) => page.events,
      ),
    sessions: async () => (await request('GET', `${mine}/sessions`, 'SessionsAnswer')).sessions,
    endSession: (sessionId: number) => request('DELETE', `${mine}/sessions/${sessionId}`, 'Done'),
    signOutEverywhere: () => request('DELETE', `${mine}/sessions`, 'Done'),
    tokens: async () => (await request('GET', `${mine}/tokens`, 'TokensAnswer')).tokens,
    createToken: async (json: NewToken) =>
      (await request('POST', `${mine}/tokens`, 'TokenCreated', { json })).token,
    revokeToken: (tokenId: number) => request('DELETE', `${mine}/tokens/${tokenId}`, 'Done'),
    webhooks: async () => (await request('GET', `${mine}/webhooks`, 'WebhooksAnswer')).webhooks,
    /** The answer holds the secret that messages are signed with, once. */
    createWebhook: async (json: NewWebhook) =>
      (await request('POST', `${mine}/webhooks`, 'WebhookCreated', { json })).webhook,
    removeWebhook: (webhookId: number) => request('DELETE', `${mine}/webhooks/${webhookId}`, 'Done'),
    /** Sends it a message to try it by; the list tells what came of that. */
    testWebhook: (webhookId: number) => request('POST', `${mine}/webhooks/${webhookId}/test`, 'Done'),
    passkeys: async () => (await request('GET', `${mine}/passkeys`, 'PasskeysAnswer')).passkeys,
    passkeyOptions: async () => (await request('POST', `${mine}/passkeys/options`, 'PasskeyOptions')).options,
    addPasskey: async (name: string, credential: object) =>
      (await request('POST', `${mine}/passkeys`, 'PasskeyAnswer', { json: { name, credential } })).passkey,
    renamePasskey: async (passkeyId: number, name: string) =>
      (await request('PATCH', `${mine}/passkeys/${passkeyId}`, 'PasskeyAnswer', { json: { name } })).passkey,
    removePasskey: (passkeyId: number) => request('DELETE', `${mine}/passkeys/${passkeyId}`, 'Done'),

    /** A page of chats, the one changed last first unless asked otherwise. */
    chatsPage,
    /** All chats that are asked for, a page at a time. */
    chats: (query: ChatsQuery = {}): AsyncGenerator<ListedChat, void> =>
      eachOf(
        (cursor) =>
          chatsPage({
            limit: 200,
            order_by: 'updated_at:desc',
            ...query,
            ...(cursor === undefined ? {} : { cursor }),
          }),
        (page) => page.chats,
      ),
    chatSources: async () => (await request('GET', `${mine}/chat-sources`, 'ChatSourcesAnswer')).sources,
    chat: async (chatId: number) => (await request('GET', chat(chatId), 'ChatAnswer')).chat,
    createChat: async (json: Of<'CreateChatBody'>) =>
      (await request('POST', `${mine}/chats`, 'ChatAnswer', { json, headers: once() })).chat,
    renameChat: async (chatId: number, name: string) =>
      (await request('PATCH', chat(chatId), 'ChatAnswer', { json: { name } })).chat,
    deleteChats: (ids: readonly number[], deleting: Deleting = {}) =>
      request('DELETE', `${mine}/chats`, 'Done', { json: { chat_ids: ids }, ...undoing(deleting) }),
    restoreChats: (ids: readonly number[]) =>
      request('POST', `${mine}/chats/restore`, 'Done', { json: { chat_ids: ids } }),
    /** Looks for what better isn't shown to others. */
    scanChat: (chatId: number) => request('POST', `${chat(chatId)}/scan`, 'ScanAnswer'),
    exportChat: (chatId: number, format: ExportFormat): Promise<Answer> =>
      sender.send('GET', `${chat(chatId)}/export`, { query: { format } }),

    messages: async (chatId: number) =>
      (await request('GET', `${chat(chatId)}/messages`, 'ChatMessagesAnswer')).chatMessages,
    /** @param from the number of the first one, from 1 */
    renderedMessages: async (chatId: number, from: number, limit: number) =>
      (
        await request('GET', `${chat(chatId)}/messages/rendered`, 'RenderedMessagesAnswer', {
          query: { from, limit },
        })
      ).renderedMessages,
    addMessages: async (chatId: number, messages: readonly NewMessage[]) =>
      (
        await request('POST', `${chat(chatId)}/messages`, 'ChatMessagesAnswer', {
          json: { messages },
          headers: once(),
        })
      ).chatMessages,
    changeMessage: async (message: MessageId, content: string) =>
      (await request('PATCH', messageOf(message), 'ChatMessageAnswer', { json: { content } })).chatMessage,
    deleteMessage: (message: MessageId) => request('DELETE', messageOf(message), 'Done'),
    /** Stores a file for a message of the chat; its `markdown` is what to put into the message. */
    addFile: async (chatId: number, file: FileToSend) => {
      const { body, headers } = asForm({}, [file])
      const sent = { body, headers, onProgress: () => undefined }
      return (await request('POST', `${chat(chatId)}/files`, 'FileAnswer', sent)).file
    },
    importFiles: (files: readonly FileToSend[], wanted?: ImportOptions) =>
      importFiles(sender, options, `${mine}/imports`, files, wanted),

    /** A page of links. */
    linksPage,
    /** All links that are asked for, a page at a time. */
    links: (query: LinksQuery = {}): AsyncGenerator<ListedShare, void> =>
      eachOf(
        (cursor) => linksPage({ limit: 200, ...query, ...(cursor === undefined ? {} : { cursor }) }),
        (page) => page.shares,
      ),
    /** The UUID of a chat's active link, if it has one. */
    shareStatus: async (chatId: number) =>
      (await request('GET', `${chat(chatId)}/shares`, 'ShareStatus'))?.uuid,
    /** Makes a link, or changes the one of this label. Without a password, emails or `is_protected`, everybody who has it reads. */
    createShare: async (chatId: number, json: ShareBody) =>
      (await request('POST', `${chat(chatId)}/shares`, 'ShareAnswer', { json })).share,
    changeShare: async (share: ShareId, json: ShareBody) =>
      (await request('PATCH', shareOf(share), 'ShareAnswer', { json })).share,
    rotateShare: async (share: ShareId) =>
      (await request('POST', `${shareOf(share)}/rotate`, 'ShareAnswer')).share,
    updateSnapshot: async (share: ShareId, json: SnapshotChoice = {}) =>
      (await request('POST', `${shareOf(share)}/snapshot`, 'ShareAnswer', { json })).share,
    pauseShares: async (ids: readonly number[], isPaused: boolean) =>
      (
        await request('PATCH', `${mine}/shares`, 'SharesAnswer', {
          json: { share_ids: ids, is_shared: !isPaused },
        })
      ).shares,
    deleteShares: (ids: readonly number[], deleting: Deleting = {}) =>
      request('DELETE', `${mine}/shares`, 'Done', { json: { share_ids: ids }, ...undoing(deleting) }),
    deleteShare: (share: ShareId, deleting: Deleting = {}) =>
      request('DELETE', shareOf(share), 'Done', undoing(deleting)),
    restoreShare: async (share: ShareId) =>
      (await request('POST', `${shareOf(share)}/restore`, 'ShareAnswer')).share,
    readers: (share: ShareId) => request('GET', `${shareOf(share)}/readers`, 'ShareReadersAnswer'),
    /** What a visitor would get; nothing is counted. */
    previewShare: (share: ShareId, visitor: Visitor) =>
      request('POST', `${shareOf(share)}/preview`, 'PreviewAnswer', { json: visitor }),
    whitelist: async (share: ShareId) =>
      (await request('GET', `${shareOf(share)}/whitelist-entries`, 'WhitelistEntriesAnswer'))
        .shareWhitelistEntries,
    /** @param notify mails the link to those who are new on the list */
    addToWhitelist: async (share: ShareId, emails: readonly string[], { notify = false } = {}) =>
      (
        await request('POST', `${shareOf(share)}/whitelist-entries`, 'WhitelistEntriesAnswer', {
          json: { emails, ...(notify ? { notify } : {}) },
        })
      ).shareWhitelistEntries,
    removeFromWhitelist: (share: ShareId, entry: Pick<WhitelistEntry, 'id'>) =>
      request('DELETE', `${shareOf(share)}/whitelist-entries/${entry.id}`, 'Done'),
  }
}

/** A key, so that the request may be sent again: it is done once. */
function once(): Record<string, string> {
  // `randomUUID` is missing in pages that came by http.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return { 'idempotency-key': Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') }
}

function undoing({ undo = false }: Deleting): Sent {
  return undo ? { query: { undo: true } } : {}
}
