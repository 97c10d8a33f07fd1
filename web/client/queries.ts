import { queryOptions, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Api, apiOf, findServerFacts, findSession, findSignInMethods } from './api.ts'
import type { Share, SignedInUser } from './types.ts'

// What the app keeps of the server's answers, and under which keys.

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: findSession,
  staleTime: Infinity,
})

export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: findSignInMethods,
  staleTime: Infinity,
})

export const serverFactsQuery = queryOptions({
  queryKey: ['server'],
  queryFn: findServerFacts,
  staleTime: Infinity,
})

/** Who is signed in. For screens behind the sign-in only. */
export function useMe(): SignedInUser {
  const { data } = useSuspenseQuery(sessionQuery)
  if (!data) throw new Error('Nobody is signed in.')
  return data
}

export function useApi(): Api {
  const { id } = useMe()
  return useMemo(() => apiOf(id), [id])
}

export const keys = {
  account: ['account'],
  events: ['events'],
  sessions: ['sessions'],
  tokens: ['tokens'],
  passkeys: ['passkeys'],
  mailSettings: ['mail-settings'],
  accessRequests: ['access-requests'],
  chats: ['chats'],
  chat: (chatId: number) => ['chat', chatId],
  messages: (chatId: number) => ['messages', chatId],
  scan: (chatId: number) => ['scan', chatId],
  /** of all pages of a chat's messages */
  rendered: (chatId: number) => ['rendered', chatId],
  shares: ['shares'],
  whitelist: (shareId: number | undefined) => ['whitelist', shareId],
} as const

export function useChats() {
  const api = useApi()
  return useQuery({ queryKey: keys.chats, queryFn: api.chats })
}

export function useShares() {
  const api = useApi()
  return useQuery({ queryKey: keys.shares, queryFn: api.shares })
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
