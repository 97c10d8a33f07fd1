import { setTimeout as sleep } from 'node:timers/promises'
import { countTooMany, evictSome, hasOlder, type KeepLimits } from '../storage/queries/bodies.ts'
import { hasDeleted, removeSome } from '../storage/queries/deletions.ts'
import { mayHaveUnnamed, removeUnnamed } from '../storage/queries/unnamed-files.ts'
import type { Store } from '../storage/store.ts'

// What another process marked, or one that ended, is found so late at most.
const LOOK_EVERY_MS = 60_000
const SHORTEST_PAUSE_MS = 5

/**
 * Removes what was deleted, files that no message names any more, and finished bytes that are too many or too old, a
 * little at a time.
 */
export interface Deletions {
  /** Something was deleted. */
  wake(): void
  /** Begins with what is left from before. */
  start(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

/** What is to be removed besides what was deleted, and by which clock. */
export interface Removing {
  /** how much of finished bytes is kept */
  readonly keep: KeepLimits
  /** epoch milliseconds */
  readonly now: () => number
}

/** Removes all that is there to be removed, until it is told to end. */
export type RemoveAll = (store: Store, removing: Removing, signal: AbortSignal) => Promise<void>

/**
 * @param removeAll in this thread, or in another one
 * @param onError told when the store doesn't let it; it goes on later
 */
export function createDeletions(
  store: Store,
  removing: Removing,
  removeAll: RemoveAll,
  onError: (error: unknown) => void,
): Deletions {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let isWoken = false
  let looksFurther = false
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    try {
      while (isWoken && !stopping.signal.aborted) {
        isWoken = false
        if (await hasSomething()) await removeAll(store, removing, stopping.signal)
      }
    } catch (error) {
      onError(error)
    } finally {
      running = undefined
    }
  }

  async function hasSomething(): Promise<boolean> {
    const looks = looksFurther
    looksFurther = false
    if (await hasDeleted(store.read, removing.now())) return true
    if (await mayHaveUnnamed(store.read, removing.now())) return true
    // The rows may be gone without their room: a process ended in between, or the store didn't let it.
    return looks && ((await hasTooMuchKept(store, removing)) || store.hasSpaceToReclaim())
  }

  function wake(): void {
    if (stopping.signal.aborted) return
    isWoken = true
    running ??= run()
  }

  function look(): void {
    looksFurther = true
    wake()
  }

  return {
    wake,
    start() {
      look()
      timer = setInterval(look, LOOK_EVERY_MS).unref()
    },
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await running
    },
  }
}

async function hasTooMuchKept({ read }: Store, { keep, now }: Removing): Promise<boolean> {
  return (await hasOlder(read, now() - keep.ms)) || (await countTooMany(read, keep)) > 0
}

export async function removeAllHere(
  store: Store,
  { keep, now }: Removing,
  signal: AbortSignal,
): Promise<void> {
  await repeat(() => removeSome(store, now()), signal)
  await repeat(() => removeUnnamed(store, now()), signal)
  let tooMany = await countTooMany(store.read, keep)
  const evict = async (): Promise<boolean> => {
    const bytes = await evictSome(store, tooMany, now() - keep.ms)
    tooMany -= bytes
    return bytes > 0
  }
  await repeat(evict, signal)
  await repeat(store.reclaimSpace, signal)
}

/** Whoever else uses the store has at least as much time as this. */
export async function repeat(step: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (;;) {
    const began = performance.now()
    if (signal.aborted || !(await step())) return
    await sleep(Math.max(SHORTEST_PAUSE_MS, performance.now() - began))
  }
}
