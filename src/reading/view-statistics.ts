import { addViews } from '../storage/queries/shares.ts'
import type { Store } from '../storage/store.ts'

const WRITE_AFTER_MS = 1000

/** Views of shares without a limit, summed here and written a moment later. */
export interface ViewStatistics {
  count(shareId: number): void
  /** Writes what is summed. */
  flush(): Promise<void>
}

/**
 * @param onError told when a write fails; the views stay summed for the next one
 */
export function createViewStatistics(store: Store, onError: (error: unknown) => void): ViewStatistics {
  let views = new Map<number, number>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function count(shareId: number, by = 1): void {
    views.set(shareId, (views.get(shareId) ?? 0) + by)
    timer ??= setTimeout(() => void flush().catch(onError), WRITE_AFTER_MS).unref()
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (views.size === 0) return
    const summed = views
    views = new Map()
    try {
      await store.counters.transaction().execute(async (trx) => {
        // All processes update shares in the same order: otherwise two transactions could wait for each other.
        for (const [shareId, by] of [...summed].toSorted(([a], [b]) => a - b))
          await addViews(trx, shareId, by)
      })
    } catch (error) {
      for (const [shareId, by] of summed) count(shareId, by)
      throw error
    }
  }

  // One after another: whoever flushes also waits for what another flush has under way.
  function flush(): Promise<void> {
    writing = writing.then(write, write)
    return writing
  }

  return { count: (shareId) => count(shareId), flush }
}
