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

/** What was read of a share since views were written before. */
export interface Reads {
  readonly views: number
  /** one that was proved for it */
  readonly email: string | undefined
}

/** Told of what was read, in the transaction that writes it. */
export interface ReadsListener {
  /** @param reads by the shares' ids */
  tell(trx: Queries, reads: ReadonlyMap<number, Reads>, now: number): Promise<boolean>
  /** called once that is committed, where something was told */
  afterwards(): void
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
 */
export function createViewStatistics(
  store: Store,
  now: () => number,
  onError: (error: unknown) => void,
  listeners: readonly ReadsListener[] = [],
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
      // All processes update shares in the same order: otherwise two transactions could wait for each other.
      const inOrder = [...summed].toSorted(([a], [b]) => a - b)
      const toWake = await store.counters.transaction().execute(async (trx) => {
        for (const [shareId, { counted, claimed, emails }] of inOrder) {
          if (counted > 0) await addViews(trx, shareId, counted, at)
          await addDayViews(trx, shareId, counted + claimed, at)
          for (const [email, by] of [...(emails ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)))
            await addReaderViews(trx, shareId, email, by, at)
        }
        const reads = new Map(inOrder.map(([shareId, summed]) => [shareId, readsOf(summed)]))
        const told: ReadsListener[] = []
        for (const listener of listeners) if (await listener.tell(trx, reads, at)) told.push(listener)
        return told
      })
      for (const listener of toWake) listener.afterwards()
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

function readsOf({ counted, claimed, emails }: Summed): Reads {
  return { views: counted + claimed, email: emails?.keys().next().value }
}
