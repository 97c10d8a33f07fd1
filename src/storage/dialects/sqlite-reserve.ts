import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

const MEBIBYTE = 1024 * 1024
/** What chats leave free for everything else. */
const RESERVE_BYTES = 64 * MEBIBYTE
/** What sign-ins and deletions leave: what they write stands in the log, too, until it is copied into the file. */
const LAST_BYTES = 8 * MEBIBYTE
const LOOK_EVERY_MS = 100
const PAGE_BYTES = 4096

/**
 * Keeps room on the disk for what must go on when it is full: without any, SQLite can't even delete, as each change
 * goes into its log first.
 */
export interface Reserve {
  /** Bounds by how much the file may grow now. @param isSmall what is written is small, and may use the reserve */
  limit(database: DatabaseSync, isSmall: boolean): void
  /** Lets what the work writes use the reserve. */
  lend<T>(work: () => Promise<T>): Promise<T>
  /** whether there is room for what can be done without */
  hasRoom(): boolean
}

/** @param freeBytes of the disk; undefined where that can't be known */
export function createReserve(freeBytes: () => number | undefined): Reserve {
  let lent = 0
  let looked: { readonly at: number; readonly free: number | undefined } | undefined
  const limited = new WeakMap<DatabaseSync, { readonly looked: unknown; readonly kept: number }>()

  function look() {
    if (looked && performance.now() - looked.at < LOOK_EVERY_MS) return looked
    return (looked = { at: performance.now(), free: freeBytes() })
  }

  return {
    limit(database, isSmall) {
      const kept = isSmall || lent > 0 ? LAST_BYTES : RESERVE_BYTES
      const present = look()
      const before = limited.get(database)
      if (present.free === undefined || (before?.looked === present && before.kept === kept)) return
      limited.set(database, { looked: present, kept })
      const pages = Number(database.prepare('pragma page_count').get()?.['page_count'])
      // Each page is written twice: into the log, then into the file.
      const spare = Math.floor(Math.max(0, present.free - kept) / 2 / PAGE_BYTES)
      database.exec(`pragma max_page_count = ${Math.max(1, pages + spare)}`)
    },
    async lend(work) {
      lent += 1
      try {
        return await work()
      } finally {
        lent -= 1
      }
    },
    hasRoom: () => (look().free ?? Infinity) > RESERVE_BYTES,
  }
}

/** What the disk of a file has left. */
export function freeBytesAt(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize
  } catch {
    return undefined
  }
}
