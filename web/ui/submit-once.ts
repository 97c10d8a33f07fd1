import type { SyntheticEvent } from 'react'

/** What a form does when it is sent: its mutation, once at a time. */
export function submitOnce(sending: {
  readonly isPending: boolean
  mutate(this: void): void
}): (event: SyntheticEvent) => void {
  return (event) => {
    event.preventDefault()
    if (!sending.isPending) sending.mutate()
  }
}
