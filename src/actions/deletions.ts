import { setTimeout as sleep } from 'node:timers/promises'
import { hasDeleted, removeSome } from '../storage/queries/deletions.ts'
import { mayHaveUnnamed, removeUnnamed } from '../storage/queries/unnamed-files.ts'
import type { Store } from '../storage/store.ts'

// What another process marked, or one that ended, is found so late at most.
const LOOK_EVERY_MS = 60_000
const SHORTEST_PAUSE_MS = 5

/** Removes what was deleted, and files that no message names any more, a little at a time. */
export interface Deletions {
  /** Something was deleted. */
  wake(): void
  /** Begins with what is left from before. */
  start(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

/** Removes all that is there to be removed, until it is told to end. */
export type RemoveAll = (store: Store, signal: AbortSignal) => Promise<void>

/**
 * @param removeAll in this thread, or in another one
 * @param onError told when the store doesn't let it; it goes on later
 */
export function createDeletions(
  store: Store,
  removeAll: RemoveAll,
  onError: (error: unknown) => void,
): Deletions {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let isWoken = false
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    try {
      while (isWoken && !stopping.signal.aborted) {
        isWoken = false
        if ((await hasDeleted(store.read)) || (await mayHaveUnnamed(store.read, Date.now())))
          await removeAll(store, stopping.signal)
      }
    } catch (error) {
      onError(error)
    } finally {
      running = undefined
    }
  }

  function wake(): void {
    if (stopping.signal.aborted) return
    isWoken = true
    running ??= run()
  }

  return {
    wake,
    start() {
      wake()
      timer = setInterval(wake, LOOK_EVERY_MS).unref()
    },
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await running
    },
  }
}

export async function removeAllHere(store: Store, signal: AbortSignal): Promise<void> {
  await repeat(() => removeSome(store), signal)
  await repeat(() => removeUnnamed(store, Date.now()), signal)
  await repeat(store.reclaimSpace, signal)
}

/** Whoever else uses the store has at least as much time as this. */
async function repeat(step: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (;;) {
    const began = performance.now()
    if (signal.aborted || !(await step())) return
    await sleep(Math.max(SHORTEST_PAUSE_MS, performance.now() - began))
  }
}
