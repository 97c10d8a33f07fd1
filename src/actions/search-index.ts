import { setTimeout as sleep } from 'node:timers/promises'
import { countWaiting, indexSome } from '../storage/queries/lists/search.ts'
import type { Store } from '../storage/store.ts'
import { repeat } from './deletions.ts'

const LOOK_EVERY_MS = 1000
/** From this many texts on, another thread does it where the database works in the thread that asks. */
const MANY = 64
const CATCH_UP_MS = 300
const LOOK_AGAIN_MS = 5

/** Indexes all that waits, until it is told to end. */
export type IndexAll = (store: Store, signal: AbortSignal) => Promise<void>

/** Puts what was written into the index of the search, a moment later and a little at a time. */
export interface SearchIndex {
  start(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
  /** Indexes what an account wrote just now, unless it is very much: then what is indexed so far is found. */
  catchUp(userId: number): Promise<void>
}

/**
 * @param indexMany in this thread, or in another one
 * @param onError told when the store doesn't let it; it goes on later
 */
export function createSearchIndex(
  store: Store,
  indexMany: IndexAll,
  onError: (error: unknown) => void,
): SearchIndex {
  const stopping = new AbortController()
  const { signal } = stopping
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    try {
      const waiting = await countWaiting(store.read, MANY)
      if (waiting > 0 && store.hasRoom()) await (waiting < MANY ? indexAllHere : indexMany)(store, signal)
    } catch (error) {
      // Whether the store can be reached is told by others.
      if (!store.dialect.isUnavailable(error)) onError(error)
    } finally {
      running = undefined
      if (!signal.aborted) timer = setTimeout(look, LOOK_EVERY_MS).unref()
    }
  }

  function look(): void {
    running ??= run()
  }

  return {
    start: look,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
    async catchUp(userId) {
      const end = performance.now() + CATCH_UP_MS
      try {
        while (performance.now() < end) {
          if (await indexSome(store, userId)) await sleep(0)
          // What others are indexing is in the index when they have ended.
          else if ((await countWaiting(store.counters, 1, userId)) > 0) await sleep(LOOK_AGAIN_MS)
          else break
        }
      } catch (error) {
        // A store that can't be written to can still be searched.
        if (!store.dialect.isUnavailable(error)) throw error
      }
    },
  }
}

export function indexAllHere(store: Store, signal: AbortSignal): Promise<void> {
  return repeat(() => indexSome(store), signal)
}
