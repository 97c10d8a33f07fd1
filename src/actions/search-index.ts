import { setTimeout as sleep } from 'node:timers/promises'
import { type HowMuch, howMuchWaits, indexSome } from '../storage/queries/lists/search.ts'
import type { Store } from '../storage/store.ts'
import { repeat } from './deletions.ts'

const LOOK_EVERY_MS = 1000
const CATCH_UP_MS = 300
const LOOK_AGAIN_MS = 5

/** Indexes all that waits, until it is told to end. */
export type IndexAll = (store: Store, signal: AbortSignal) => Promise<void>

/** Puts what was written into the index of the search, a moment later and a little at a time. */
export interface SearchIndex {
  start(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
  /** Waits until what an account wrote just now is indexed, unless it is very much: then what is indexed so far is found. */
  catchUp(userId: number): Promise<void>
}

/**
 * @param indexMuch in another thread, where the database works in the one that asks and readers would notice it
 * @param onError told when the store doesn't let it; it goes on later
 */
export function createSearchIndex(
  store: Store,
  indexMuch: IndexAll | undefined,
  onError: (error: unknown) => void,
): SearchIndex {
  const stopping = new AbortController()
  const { signal } = stopping
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    try {
      if (store.hasRoom()) await indexWaiting()
    } catch (error) {
      // Whether the store can be reached is told by others.
      if (!store.dialect.isUnavailable(error)) onError(error)
    } finally {
      running = undefined
      if (!signal.aborted) timer = setTimeout(look, LOOK_EVERY_MS).unref()
    }
  }

  async function indexWaiting(): Promise<void> {
    let waits = await howMuchWaits(store.read, store)
    const step = async (): Promise<boolean> => {
      if (waits === 'nothing' || isForOtherThread(waits) || !(await indexSome(store))) return false
      waits = await howMuchWaits(store.read, store)
      return true
    }
    await repeat(step, signal)
    if (isForOtherThread(waits)) await indexMuch?.(store, signal)
  }

  function isForOtherThread(waits: HowMuch): boolean {
    return waits === 'much' && indexMuch !== undefined
  }

  function look(): void {
    // A search may ask for it after the stop.
    if (signal.aborted) return
    clearTimeout(timer)
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
          const waits = await howMuchWaits(store.counters, store, userId)
          if (waits === 'nothing') break
          const isForOther = isForOtherThread(waits)
          if (isForOther) look()
          // Where nothing can be taken, others have what is left.
          if (isForOther || !(await indexSome(store, userId))) await sleep(LOOK_AGAIN_MS)
          else await sleep(0)
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
