import type { Store } from '../storage/store.ts'

/** By how much the clocks of two machines may differ without anyone noticing. */
const TOLERANCE_MS = 500

/** What time it is for everyone who uses the store. */
export interface StoreClock {
  /** epoch milliseconds */
  now(this: void): number
  /** Sets the clock. @param time by the store, now */
  follow(time: number): void
}

/**
 * A database that several machines share tells them the time: sessions and tries that one writes are compared by
 * others, and the clock of one that is wrong must not end them for all. Between two looks at it, time goes on steadily,
 * however this machine's clock is set meanwhile. A SQLite file has the clock of its one machine.
 */
export function createStoreClock(store: Store): StoreClock {
  if (store.dialect.name === 'sqlite') return { now: Date.now, follow: () => undefined }
  let base = Date.now() - performance.now()
  const now = (): number => Math.round(base + performance.now())
  return {
    now,
    follow(time) {
      if (Math.abs(time - now()) > TOLERANCE_MS) base = time - performance.now()
    },
  }
}
