import { request } from './request.ts'
import type {
  AccountEvents,
  Chat,
  ChatMessage,
  ImportReport,
  NewMessage,
  Preview,
  RenderedMessage,
  Share,
  ShareBody,
  SignedInUser,
  User,
  WhitelistEntry,
} from './types.ts'
import { upload } from './upload.ts'

// One function for each thing the app asks of the API.

export async function findSession(): Promise<SignedInUser | null> {
  return (await request<{ user: SignedInUser } | null>('GET', '/api/auth/session'))?.user ?? null
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

export function logOut(): Promise<boolean> {
  return request('POST', '/api/auth/logout')
}

/** Everything that belongs to one account. */
export function apiOf(userId: number) {
  const mine = `/api/users/${userId}`
  const chat = (chatId: number): string => `${mine}/chats/${chatId}`
  const shareOf = (share: Pick<Share, 'id' | 'chat_conversation_id'>): string =>
    `${chat(share.chat_conversation_id)}/shares/${share.id}`

  return {
    account: async () => (await request<{ user: User }>('GET', mine)).user,
    changeAccount: async (change: { email?: string; password?: string; current_password: string }) =>
      (await request<{ user: User }>('PATCH', mine, change)).user,
    deleteAccount: (currentPassword: string) =>
      request<true>('DELETE', mine, { current_password: currentPassword }),
    events: (cursor: string | undefined) =>
      request<AccountEvents>(
        'GET',
        `${mine}/events?limit=20${cursor === undefined ? '' : `&cursor=${cursor}`}`,
      ),
    signOutEverywhere: () => request<true>('DELETE', `${mine}/sessions`),

    chats: async () => (await request<{ chats: Chat[] }>('GET', `${mine}/chats`)).chats,
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

    shares: async () => (await request<{ shares: Share[] }>('GET', `${mine}/shares`)).shares,
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
    updateSnapshot: async (share: Share) =>
      (await request<{ share: Share }>('POST', `${shareOf(share)}/snapshot`)).share,
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
