import { MAX_SHARES_AT_ONCE } from '../../src/sharing/limits.ts'
import { useOfferLinksBack } from '../client/deletions.ts'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { Share } from '../../src/client/types.ts'
import { say } from '../ui/toasts.tsx'

/** What is done to one link or several. @param onDone called once all of it is done */
export function useChangeLinks(onDone: () => void) {
  const api = useApi()
  const refresh = useRefresh()
  const offerBack = useOfferLinksBack()

  /** Does it to each; what fails says so, and the rest is done all the same. */
  async function toEach(some: readonly Share[], act: (share: Share) => Promise<unknown>) {
    const results = await Promise.allSettled(some.map((share) => act(share)))
    await refresh(keys.shares)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    onDone()
  }

  /** Does it to all of them at once, or to none; the server takes so many in one request. */
  async function toAll(some: readonly Share[], act: (ids: readonly number[]) => Promise<unknown>) {
    const ids = some.map(({ id }) => id)
    for (let start = 0; start < ids.length; start += MAX_SHARES_AT_ONCE) {
      await act(ids.slice(start, start + MAX_SHARES_AT_ONCE))
    }
    await refresh(keys.shares)
    onDone()
  }

  return {
    pause: async (some: readonly Share[], isPaused: boolean) => {
      await toAll(some, (ids) => api.pauseShares(ids, isPaused))
      sayDone(some, isPaused ? 'paused' : 'resumed')
    },
    rotate: async (some: readonly Share[]) => {
      await toEach(some, api.rotateShare)
      sayDone(some, 'replaced')
    },
    remove: async (some: readonly Share[]) => {
      await toAll(some, (ids) => api.deleteShares(ids, { undo: true }))
      offerBack(some)
    },
  }
}

function sayDone(some: readonly Share[], done: string): void {
  say(some.length === 1 ? `Link ${done}` : `${some.length} links ${done}`)
}
