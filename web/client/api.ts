import { usePasskey } from '../session/passkeys.ts'
import { request } from './request.ts'
import type {
  AccessToken,
  AccessRequest,
  MailSettings,
  ServerFacts,
  AccountEvents,
  AddedFile,
  Chat,
  ChatMessage,
  ChatScan,
  ChatsPage,
  ImportReport,
  MadeToken,
  LinksPage,
  NewMessage,
  NewToken,
  OwnSession,
  Passkey,
  Preview,
  RenderedMessage,
  Share,
  ShareBody,
  ShareReaders,
  SignedInUser,
  SignInMethods,
  SnapshotChoice,
  User,
  WhitelistEntry,
} from './types.ts'
import { upload } from './upload.ts'

// One function for each thing the app asks of the API.

export async function findSession(): Promise<SignedInUser | null> {
  return (await request<{ user: SignedInUser } | null>('GET', '/api/auth/session'))?.user ?? null
}

export function findSignInMethods(): Promise<SignInMethods> {
  return request('GET', '/api/auth/methods')
}

interface Credentials {
  readonly email: string
  readonly password: string
}

export async function logIn(credentials: Credentials): Promise<SignedInUser> {
  return (await request<{ user: SignedInUser }>('POST', '/api/auth/login', credentials)).user
}

export async function signUp(credentials: Credentials): Promise<SignedInUser> {
  return (await request<{ user: SignedInUser }>('POST', '/api/auth/sign-up', credentials)).user
}

export async function logInByPasskey(): Promise<SignedInUser> {
  const { options } = await request<{ options: unknown }>('POST', '/api/auth/passkeys/options')
  const credential = await usePasskey(options)
  return (await request<{ user: SignedInUser }>('POST', '/api/auth/passkeys', { credential })).user
}

export function askToSignIn(email: string): Promise<undefined> {
  return request('POST', '/api/auth/codes', { email })
}

export async function logInByCode(proof: {
  readonly email: string
  readonly code: string
}): Promise<SignedInUser> {
  return (await request<{ user: SignedInUser }>('POST', '/api/auth/login', proof)).user
}

export function findServerFacts(): Promise<ServerFacts> {
  return request('GET', '/api/server')
}

export function logOut(): Promise<boolean> {
  return request('POST', '/api/auth/logout')
}

/** Ends what this browser has proved by codes. */
export function forgetProofs(): Promise<true> {
  return request('DELETE', '/api/auth/reader')
}

/** Everything that belongs to one account. */
export function apiOf(userId: number) {
  const mine = `/api/users/${userId}`
  const chat = (chatId: number): string => `${mine}/chats/${chatId}`
  const shareOf = (share: Pick<Share, 'id' | 'chat_conversation_id'>): string =>
    `${chat(share.chat_conversation_id)}/shares/${share.id}`

  return {
    account: async () => (await request<{ user: User }>('GET', mine)).user,
    changeAccount: async (change: { email?: string; password?: string; current_password?: string }) =>
      (await request<{ user: User }>('PATCH', mine, change)).user,
    /** @param currentPassword empty for an account without one, which signed in just now */
    askToConfirm: () => request<undefined>('POST', `${mine}/email-verification`),
    confirmEmail: async (code: string) =>
      (await request<{ user: User }>('POST', `${mine}/email-verification`, { code })).user,
    mailSettings: () => request<MailSettings>('GET', `${mine}/mail-settings`),
    changeMailSettings: (settings: MailSettings) =>
      request<MailSettings>('PATCH', `${mine}/mail-settings`, settings),
    accessRequests: async () =>
      (await request<{ access_requests: AccessRequest[] }>('GET', `${mine}/access-requests`)).access_requests,
    acceptRequest: (id: number) => request<unknown>('POST', `${mine}/access-requests/${id}/accept`),
    dismissRequest: (id: number) => request<true>('DELETE', `${mine}/access-requests/${id}`),
    deleteAccount: (currentPassword: string) =>
      request<true>('DELETE', mine, currentPassword === '' ? {} : { current_password: currentPassword }),
    events: (cursor: string | undefined) =>
      request<AccountEvents>(
        'GET',
        `${mine}/events?limit=20${cursor === undefined ? '' : `&cursor=${cursor}`}`,
      ),
    sessions: async () => (await request<{ sessions: OwnSession[] }>('GET', `${mine}/sessions`)).sessions,
    endSession: (sessionId: number) => request<true>('DELETE', `${mine}/sessions/${sessionId}`),
    signOutEverywhere: () => request<true>('DELETE', `${mine}/sessions`),
    tokens: async () => (await request<{ tokens: AccessToken[] }>('GET', `${mine}/tokens`)).tokens,
    createToken: async (token: NewToken) =>
      (await request<{ token: MadeToken }>('POST', `${mine}/tokens`, token)).token,
    passkeys: async () => (await request<{ passkeys: Passkey[] }>('GET', `${mine}/passkeys`)).passkeys,
    passkeyOptions: async () =>
      (await request<{ options: unknown }>('POST', `${mine}/passkeys/options`)).options,
    addPasskey: async (name: string, credential: object) =>
      (await request<{ passkey: Passkey }>('POST', `${mine}/passkeys`, { name, credential })).passkey,
    renamePasskey: async (passkeyId: number, name: string) =>
      (await request<{ passkey: Passkey }>('PATCH', `${mine}/passkeys/${passkeyId}`, { name })).passkey,
    removePasskey: (passkeyId: number) => request<true>('DELETE', `${mine}/passkeys/${passkeyId}`),
    revokeToken: (tokenId: number) => request<true>('DELETE', `${mine}/tokens/${tokenId}`),

    chatsPage: (query: Readonly<Record<string, string>>) =>
      request<ChatsPage>('GET', `${mine}/chats?${new URLSearchParams(query)}`),
    chatSources: async () => (await request<{ sources: string[] }>('GET', `${mine}/chat-sources`)).sources,
    chat: async (chatId: number) => (await request<{ chat: Chat }>('GET', chat(chatId))).chat,
    createChat: async (body: { name: string; model: string }) =>
      (await request<{ chat: Chat }>('POST', `${mine}/chats`, body)).chat,
    renameChat: async (chatId: number, name: string) =>
      (await request<{ chat: Chat }>('PATCH', chat(chatId), { name })).chat,
    /** They can be restored for a minute. */
    deleteChats: (ids: readonly number[]) =>
      request<true>('DELETE', `${mine}/chats?undo=true`, { chat_ids: ids }),
    restoreChats: (ids: readonly number[]) =>
      request<true>('POST', `${mine}/chats/restore`, { chat_ids: ids }),

    scanChat: (chatId: number) => request<ChatScan>('POST', `${chat(chatId)}/scan`),

    messages: async (chatId: number) =>
      (await request<{ chatMessages: ChatMessage[] }>('GET', `${chat(chatId)}/messages`)).chatMessages,
    /** @param from the number of the first one, from 1 */
    renderedMessages: async (chatId: number, from: number, limit: number) =>
      (
        await request<{ renderedMessages: RenderedMessage[] }>(
          'GET',
          `${chat(chatId)}/messages/rendered?from=${from}&limit=${limit}`,
        )
      ).renderedMessages,
    addMessages: async (chatId: number, messages: readonly NewMessage[]) =>
      (await request<{ chatMessages: ChatMessage[] }>('POST', `${chat(chatId)}/messages`, { messages }))
        .chatMessages,
    changeMessage: async (message: ChatMessage, content: string) =>
      (
        await request<{ chatMessage: ChatMessage }>(
          'PATCH',
          `${chat(message.chat_conversation_id)}/messages/${message.id}`,
          { content },
        )
      ).chatMessage,
    /** Stores a file for a message of the chat, and answers what to put into the message. */
    addFile: async (chatId: number, file: File) => {
      const form = new FormData()
      form.append('file', file, file.name)
      const wanted = { path: `${chat(chatId)}/files`, form, onProgress: () => undefined }
      const { signal } = new AbortController()
      return (await upload<{ file: AddedFile }>({ ...wanted, signal })).file.markdown
    },
    deleteMessage: (message: ChatMessage) =>
      request<true>('DELETE', `${chat(message.chat_conversation_id)}/messages/${message.id}`),

    /**
     * Imports chats from files, or only tells what it would import.
     *
     * @param only source keys of the chosen conversations; undefined takes all
     */
    importFiles: (
      files: readonly File[],
      options: {
        readonly isDryRun: boolean
        readonly only?: readonly string[] | undefined
        /** what the files call the two, where that can't be told */
        readonly speakers?: { readonly user?: string; readonly assistant?: string } | undefined
        readonly onProgress: (part: number) => void
        readonly signal: AbortSignal
      },
    ) => {
      const form = new FormData()
      const { user, assistant } = options.speakers ?? {}
      if (user !== undefined) form.append('user_name', user)
      if (assistant !== undefined) form.append('assistant_name', assistant)
      if (options.only) form.append('only', JSON.stringify(options.only))
      for (const file of files) form.append('file', file, file.name)
      const path = `${mine}/imports?dry_run=${options.isDryRun}`
      return upload<ImportReport>({ path, form, onProgress: options.onProgress, signal: options.signal })
    },

    linksPage: (query: Readonly<Record<string, string>>) =>
      request<LinksPage>('GET', `${mine}/shares?${new URLSearchParams(query)}`),
    /** The links of these chats, the main one first. */
    sharesOf: async (chatIds: readonly number[]) => {
      if (chatIds.length === 0) return []
      const query = new URLSearchParams({ chat_id: chatIds.join(), limit: '200', order_by: 'created_at:asc' })
      const { shares } = await request<{ shares: Share[] }>('GET', `${mine}/shares?${query}`)
      return shares.toSorted((a, b) => Number(a.label !== null) - Number(b.label !== null))
    },
    pauseShares: (ids: readonly number[], isPaused: boolean) =>
      request('PATCH', `${mine}/shares`, { share_ids: ids, is_shared: !isPaused }),
    /** They can be restored for a minute. */
    deleteShares: (ids: readonly number[]) =>
      request<true>('DELETE', `${mine}/shares?undo=true`, { share_ids: ids }),
    readers: (share: Share) => request<ShareReaders>('GET', `${shareOf(share)}/readers`),
    /** The messages that a link shows, as its owner reads them. */
    shownMessages: async (share: Share) =>
      (
        await request<{ chatMessages: { id: number; content: string }[] }>(
          'GET',
          `/api/shared/chats/${share.uuid}`,
        )
      ).chatMessages,
    whitelist: async (share: Share) =>
      (
        await request<{ shareWhitelistEntries: WhitelistEntry[] }>(
          'GET',
          `${shareOf(share)}/whitelist-entries`,
        )
      ).shareWhitelistEntries,
    createShare: async (chatId: number, body: ShareBody) =>
      (await request<{ share: Share }>('POST', `${chat(chatId)}/shares`, body)).share,
    changeShare: async (share: Share, body: ShareBody) =>
      (await request<{ share: Share }>('PATCH', shareOf(share), body)).share,
    rotateShare: async (share: Share) =>
      (await request<{ share: Share }>('POST', `${shareOf(share)}/rotate`)).share,
    updateSnapshot: async (share: Share, choice: SnapshotChoice = {}) =>
      (await request<{ share: Share }>('POST', `${shareOf(share)}/snapshot`, choice)).share,
    previewShare: (share: Share, visitor: { email?: string; has_password?: boolean }) =>
      request<Preview>('POST', `${shareOf(share)}/preview`, visitor),
    /** Where the page is that a visitor would get. */
    previewAddress: (share: Share, visitor: { email?: string; has_password?: boolean }) => {
      const query = new URLSearchParams({
        ...(visitor.email === undefined ? {} : { email: visitor.email }),
        has_password: String(visitor.has_password ?? false),
      })
      return `${shareOf(share)}/preview?${query}`
    },
    /** It can be restored for a minute. */
    deleteShare: (share: Share) => request<true>('DELETE', `${shareOf(share)}?undo=true`),
    restoreShare: async (share: Share) =>
      (await request<{ share: Share }>('POST', `${shareOf(share)}/restore`)).share,
  }
}

export type Api = ReturnType<typeof apiOf>
