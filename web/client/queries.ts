import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import { type ChatSearch, orderByOf } from '../chats/chat-orders.ts'
import type { LinkSearch } from '../links/link-search.ts'
import type { AccountApi } from '../../src/client/client.ts'
import { client, sharesOf } from './api.ts'
import type { Share, SignedInUser } from '../../src/client/types.ts'

// What the app keeps of the server's answers, and under which keys.

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => (await client.whoAmI()) ?? null,
  staleTime: Infinity,
})

export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: client.signInMethods,
  staleTime: Infinity,
})

export const serverFactsQuery = queryOptions({
  queryKey: ['server'],
  queryFn: client.serverFacts,
  staleTime: Infinity,
})

/** Who is signed in. For screens behind the sign-in only. */
export function useMe(): SignedInUser {
  const { data } = useSuspenseQuery(sessionQuery)
  if (!data) throw new Error('Nobody is signed in.')
  return data
}

export function useApi(): AccountApi {
  const { id } = useMe()
  return useMemo(() => client.account(id), [id])
}

/** What of a chat others had better not see. It may have changed, so findings are kept nowhere. */
export function scanQuery(api: AccountApi, chatId: number) {
  return queryOptions({
    queryKey: keys.scan(chatId),
    queryFn: () => api.scanChat(chatId),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
}

export const keys = {
  account: ['account'],
  events: ['events'],
  sessions: ['sessions'],
  tokens: ['tokens'],
  passkeys: ['passkeys'],
  webhooks: ['webhooks'],
  mailSettings: ['mail-settings'],
  accessRequests: ['access-requests'],
  chats: ['chats'],
  chat: (chatId: number) => ['chat', chatId],
  messages: (chatId: number) => ['messages', chatId],
  scan: (chatId: number) => ['scan', chatId],
  chatSources: ['chat-sources'],
  /** of all pages of a chat's messages */
  rendered: (chatId: number) => ['rendered', chatId],
  shares: ['shares'],
  readers: (shareId: number) => ['readers', shareId],
  whitelist: (shareId: number | undefined) => ['whitelist', shareId],
} as const

const ROWS = 50

/** Pages of the chats that are looked for. */
export function useChatPages({ q, sort = 'changed', shared, source, days }: ChatSearch) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: [...keys.chats, { q, sort, shared, source, days }],
    queryFn: ({ pageParam }) =>
      api.chatsPage({
        limit: ROWS,
        order_by: orderByOf[sort],
        ...(q === undefined ? {} : { q }),
        ...(shared === undefined ? {} : { shared }),
        ...(source === undefined ? {} : { source }),
        ...(days === undefined ? {} : { since: daysAgo(days) }),
        ...pageParam,
      }),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor: cursor }) => (cursor ? { cursor } : undefined),
    placeholderData: keepPreviousData,
  })
}

/** Pages of the links that are looked for. */
export function useLinkPages({ q, sort, state }: LinkSearch) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: [...keys.shares, 'pages', { q, sort, state }],
    queryFn: ({ pageParam }) =>
      api.linksPage({
        limit: ROWS,
        order_by: sort ?? 'updated_at:desc',
        ...(q === undefined ? {} : { q }),
        ...(state === undefined ? {} : { state }),
        ...pageParam,
      }),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor: cursor }) => (cursor ? { cursor } : undefined),
    placeholderData: keepPreviousData,
  })
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
}

/** The links of some chats, a chat's main one first. */
export function useSharesOf(chatIds: readonly number[]) {
  const api = useApi()
  return useQuery({
    queryKey: [...keys.shares, 'of', ...chatIds],
    queryFn: () => sharesOf(api, chatIds),
    placeholderData: keepPreviousData,
  })
}

/** Fetches a share's list ahead of the screen that shows it, so that the screen needn't wait for it. */
export function usePrepareWhitelist(): (share: Share) => Promise<void> {
  const api = useApi()
  const client = useQueryClient()
  return (share) =>
    client.prefetchQuery({
      queryKey: keys.whitelist(share.id),
      queryFn: () => (share.whitelist_count > 0 ? api.whitelist(share) : []),
    })
}

export function useWhitelist(share: Share | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: keys.whitelist(share?.id),
    queryFn: () => (share && share.whitelist_count > 0 ? api.whitelist(share) : []),
    staleTime: 0,
  })
}

/** Fetches the given lists again, as something in them has changed. */
export function useRefresh(): (...changed: (readonly unknown[])[]) => Promise<void> {
  const client = useQueryClient()
  return async (...changed) => {
    await Promise.all(changed.map((queryKey) => client.invalidateQueries({ queryKey })))
  }
}

/** Why one of several queries failed, and a way to ask again for all that did; undefined where none has. */
export function failureOf(
  ...queries: readonly Pick<UseQueryResult, 'isError' | 'error' | 'refetch'>[]
): { readonly error: Error; readonly retry: () => void } | undefined {
  const failed = queries.filter(({ isError }) => isError)
  const error = failed[0]?.error
  const retry = (): void => {
    for (const { refetch } of failed) void refetch()
  }
  return error ? { error, retry } : undefined
}
