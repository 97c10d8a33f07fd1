import { setTimeout as sleep } from 'node:timers/promises'
import { removeSome } from '../storage/queries/deletions.ts'
import type { Store } from '../storage/store.ts'

// What another process marked, or one that ended, is found so late at most.
const LOOK_EVERY_MS = 60_000
const SHORTEST_PAUSE_MS = 5

/** Removes what was deleted, a little at a time. */
export interface Deletions {
  /** Something was deleted. */
  wake(): void
  /** Begins with what is left from before. */
  start(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

/** @param onError told when the store doesn't let it; it goes on later */
export function createDeletions(store: Store, onError: (error: unknown) => void): Deletions {
  let running: Promise<void> | undefined
  let isWoken = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  async function removeAll(): Promise<void> {
    try {
      while (isWoken && !isStopped) {
        isWoken = false
        await repeat(() => removeSome(store))
        await repeat(store.reclaimSpace)
      }
    } catch (error) {
      onError(error)
    } finally {
      running = undefined
    }
  }

  /** Whoever else uses the store has at least as much time as this. */
  async function repeat(step: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const began = performance.now()
      if (isStopped || !(await step())) return
      await sleep(Math.max(SHORTEST_PAUSE_MS, performance.now() - began), undefined, { ref: false })
    }
  }

  function wake(): void {
    if (isStopped) return
    isWoken = true
    running ??= removeAll()
  }

  return {
    wake,
    start() {
      wake()
      timer = setInterval(wake, LOOK_EVERY_MS).unref()
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}
