import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { keys, useApi } from '../client/queries.ts'
import type { RenderedMessage } from '../../src/client/types.ts'

/** So many are fetched at once, when one of them comes near the screen. */
export const RENDERED_AT_ONCE = 20

const NEAR = '1500px'
const TRY_AGAIN_MS = 4000

/**
 * The HTML of a page of a chat's messages, by their ids, as the chat's readers get it.
 *
 * @param from the number of the first one
 */
export function useRendered(chatId: number, from: number, isWanted: boolean) {
  const api = useApi()
  return useQuery({
    queryKey: [...keys.rendered(chatId), from],
    queryFn: async () => {
      // Of very long ones the server gives fewer at once.
      const messages: RenderedMessage[] = []
      while (messages.length < RENDERED_AT_ONCE) {
        const next = from + messages.length
        const more = await api.renderedMessages(chatId, next, RENDERED_AT_ONCE - messages.length)
        if (more.length === 0) break
        messages.push(...more)
      }
      return messages
    },
    enabled: isWanted,
    staleTime: Infinity,
    // What was rendered in a hurry is asked for once more.
    refetchInterval: ({ state }) =>
      state.data?.some((message) => !message.is_final) && state.dataUpdateCount < 3 ? TRY_AGAIN_MS : false,
  })
}

/** Whether one of some elements is, or has been, near the screen; and what each of them is given as `ref`. */
export function useNear(): { readonly isNear: boolean; readonly watch: (element: Element | null) => void } {
  const [isNear, setNear] = useState(false)
  const [observer] = useState(
    () =>
      new IntersectionObserver(
        (seen) => {
          if (seen.some(({ isIntersecting }) => isIntersecting)) setNear(true)
        },
        { rootMargin: NEAR },
      ),
  )
  useEffect(() => {
    if (isNear) observer.disconnect()
  }, [isNear, observer])
  const watch = useCallback(
    (element: Element | null) => {
      if (element) observer.observe(element)
    },
    [observer],
  )
  return { isNear, watch }
}
