import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ChatMessage } from '../../src/client/types.ts'

/** Brings the message onto the screen that a search led to. */
export function useFoundMessage(messages: readonly ChatMessage[]): void {
  const hash = useRouterState({ select: ({ location }) => location.hash })
  const index = messages.findIndex(({ id }) => hash === `found-${id}`)
  useEffect(() => {
    if (index === -1) return
    document.querySelector(`#message-${index + 1}`)?.scrollIntoView({ block: 'start' })
  }, [index])
}
