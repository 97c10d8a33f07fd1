import { addDayViews, addReaderViews } from '../storage/queries/lists/share-readers.ts'
import { addViews } from '../storage/queries/shares.ts'
import type { Queries, Store } from '../storage/store.ts'

const WRITE_AFTER_MS = 1000

/** A view that is counted. */
export interface CountedView {
  readonly shareId: number
  /** what the reader proved to be theirs to read it; undefined where that wasn't needed */
  readonly email: string | undefined
  /** it was claimed, so it is in the share's count already */
  readonly isClaimed: boolean
}

/** Views, summed here and written a moment later: how many, on which day, and by which emails. */
export interface ViewStatistics {
  count(view: CountedView): void
  /** Writes what is summed. */
  flush(): Promise<void>
}

/** Views of one share. */
interface Summed {
  counted: number
  claimed: number
  emails: Map<string, number> | undefined
}

/**
 * @param now epoch milliseconds
 * @param onError told when a write fails; the views stay summed for the next one
 * @param owners told of what is written, in the same transaction, and woken where anybody is to be told
 */
export function createViewStatistics(
  store: Store,
  now: () => number,
  onError: (error: unknown) => void,
  owners?: {
    readonly tell: (trx: Queries, views: ReadonlyMap<number, number>) => Promise<boolean>
    readonly wake: () => void
  },
): ViewStatistics {
  let views = new Map<number, Summed>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function add(shareId: number, more: Summed): void {
    const summed = views.get(shareId)
    if (summed) {
      summed.counted += more.counted
      summed.claimed += more.claimed
      for (const [email, by] of more.emails ?? []) {
        summed.emails ??= new Map()
        summed.emails.set(email, (summed.emails.get(email) ?? 0) + by)
      }
    } else views.set(shareId, more)
    timer ??= setTimeout(() => void flush().catch(onError), WRITE_AFTER_MS).unref()
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (views.size === 0) return
    const summed = views
    views = new Map()
    const at = now()
    try {
      const isTold = await store.counters.transaction().execute(async (trx) => {
        // All processes update shares in the same order: otherwise two transactions could wait for each other.
        for (const [shareId, { counted, claimed, emails }] of [...summed].toSorted(([a], [b]) => a - b)) {
          if (counted > 0) await addViews(trx, shareId, counted, at)
          await addDayViews(trx, shareId, counted + claimed, at)
          for (const [email, by] of [...(emails ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)))
            await addReaderViews(trx, shareId, email, by, at)
        }
        const counts = [...summed].map(([id, { counted, claimed }]) => [id, counted + claimed] as const)
        return owners?.tell(trx, new Map(counts))
      })
      if (isTold === true) owners?.wake()
    } catch (error) {
      for (const [shareId, by] of summed) add(shareId, by)
      throw error
    }
  }

  // One after another: whoever flushes also waits for what another flush has under way.
  function flush(): Promise<void> {
    writing = writing.then(write, write)
    return writing
  }

  return {
    count({ shareId, email, isClaimed }) {
      const emails = email === undefined ? undefined : new Map([[email, 1]])
      add(shareId, { counted: isClaimed ? 0 : 1, claimed: isClaimed ? 1 : 0, emails })
    },
    flush,
  }
}
