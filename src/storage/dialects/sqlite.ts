import { mkdirSync, statSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import type { Tables } from '../tables.ts'
import type { DialectConnections, DialectDifferences, StoreState, UnavailableCause } from './dialect.ts'
import {
  createTurnstile,
  kyselyOn,
  type LateDatabase,
  openLate,
  type Turnstile,
  whenFree,
} from './sqlite-driver.ts'
import {
  DatabaseReplaced,
  markClosed,
  markNewOpen,
  prepareFiles,
  readMark,
  watchPlace,
} from './sqlite-files.ts'
import { createReserve, freeBytesAt } from './sqlite-reserve.ts'
import { sqliteHotQueries } from './sqlite-hot-queries.ts'
import { sqliteSearch } from './sqlite-search.ts'

const OPENING_TIMEOUT_MS = 5000
const KiB_OF_PAGES = { read: 32_000, write: 8000 }
// 16 MiB of log before it is copied into the file: pages that change often are copied once for many changes.
const LOG_PAGES = 4000

/** A file's way to give room back, as `pragma auto_vacuum` numbers it. */
const INCREMENTAL = 2
// Room for the next rows, and for sign-ins and deletions where the disk is full: 4 MiB.
const PAGES_TO_KEEP = 1000
const PAGES_AT_ONCE = 256

// Primary result codes: https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const UNAVAILABLE = new Map<number, UnavailableCause>([
  [SQLITE_BUSY, 'busy'],
  [SQLITE_READONLY, 'read-only'],
  [SQLITE_IOERR, 'input-output'],
  [SQLITE_FULL, 'full'],
  [SQLITE_CANTOPEN, 'unreachable'],
])
// Extended ones
const SQLITE_CONSTRAINT_FOREIGNKEY = 787
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555
const SQLITE_CONSTRAINT_UNIQUE = 2067

/** What SQLite does its own way. */
const differences: DialectDifferences = {
  name: 'sqlite',
  text: 'text',
  bytes: 'blob',
  randomText: sql<string>`lower(hex(randomblob(16)))`,
  search: sqliteSearch,
  addId: (table) => table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement()),
  lockRows: (query) => query,
  lockRowsAlone: (query) => query,
  lockFreeRows: (query) => query,
  isUniqueViolation(error) {
    const code = resultCode(error)
    return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARYKEY
  },
  isForeignKeyViolation: (error) => resultCode(error) === SQLITE_CONSTRAINT_FOREIGNKEY,
  // A transaction takes SQLite's one write lock at its start.
  isConflict: () => false,
  causeOf(error) {
    if (error instanceof DatabaseReplaced) return 'replaced'
    return UNAVAILABLE.get((resultCode(error) ?? 0) & 0xff) ?? 'other'
  },
  isUnavailable(error) {
    if (error instanceof DatabaseReplaced) return true
    const code = resultCode(error)
    return code !== undefined && UNAVAILABLE.has(code & 0xff)
  },
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined
}

/**
 * Opens a SQLite file, creating it and its folder (for this user alone) where they aren't there.
 *
 * @param file.gathersReads unless false, those who ask at the same time share a query
 * @param tell told what was wrong with its files, in a sentence
 * @param freeBytes of the file's disk
 */
export function openSqlite(
  { path, gathersReads = true }: { readonly path: string; readonly gathersReads?: boolean },
  tell: (message: string) => void = () => undefined,
  freeBytes: () => number | undefined = () => freeBytesAt(path),
): DialectConnections {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const place = watchPlace(path)
  const turnstile = createTurnstile()
  const reserve = createReserve(freeBytes)
  const openToWrite = (synchronous: 'full' | 'normal') =>
    openLate(
      () => open(path, synchronous, KiB_OF_PAGES.write),
      (database) => {
        place.check()
        // Outside of transactions: what has begun goes on by what was true then.
        if (!database.isTransaction) reserve.limit(database, synchronous === 'normal')
      },
    )
  const writing = (synchronous: 'full' | 'normal') => kyselyOn<Tables>(openToWrite(synchronous), turnstile)
  const counting = openToWrite('normal')
  const reading = openLate(() => open(path, 'normal', KiB_OF_PAGES.read), place.checkToRead)
  const read = kyselyOn<Tables>(reading)
  prepareFiles(path, tell, () => void reading.inUse())
  return {
    differences,
    write: writing('full'),
    counters: kyselyOn<Tables>(counting, turnstile),
    read,
    moments: kyselyOn<Tables>(
      openLate(() => open(path, 'normal', KiB_OF_PAGES.write)),
      createTurnstile(),
    ),
    begin: () => markNewOpen(path, reading.inUse().database),
    end() {
      const before = readMark(reading.inUse().database)
      return () => markClosed(path, before)
    },
    async ping() {
      place.check()
      await sql`select 1 from users limit 1`.execute(read)
    },
    examine: () => examine(path),
    hasSpaceToReclaim: () => findSpace(path, reading.inUse().database) !== undefined,
    reclaimSpace: () => reclaimSpace(path, counting, turnstile),
    lendReserve: (work) => reserve.lend(work),
    hasRoom: () => reserve.hasRoom(),
    pools: () => [],
    hot: sqliteHotQueries(read, () => reading.inUse().database, { gathers: gathersReads }),
    // Where a table is made anew, dropping the old one must not take along what refers to it.
    openForMigration: () =>
      kyselyOn<Tables>(
        openLate(() => {
          const database = open(path, 'full', KiB_OF_PAGES.write)
          database.exec('pragma foreign_keys = off')
          return database
        }, place.check),
        turnstile,
      ),
  }
}

/**
 * What a file has to give back: empty pages, or what lies behind its last one. Nothing where it was made without
 * `auto_vacuum`: see docs/OPERATIONS.md.
 */
function findSpace(path: string, database: DatabaseSync): 'pages' | 'end' | undefined {
  const count = (pragma: string): number => Number(Object.values(database.prepare(pragma).get() ?? {})[0])
  if (count('pragma auto_vacuum') !== INCREMENTAL) return undefined
  if (count('pragma freelist_count') > PAGES_TO_KEEP) return 'pages'
  return statSync(path).size > count('pragma page_count') * count('pragma page_size') ? 'end' : undefined
}

async function reclaimSpace(path: string, counting: LateDatabase, turnstile: Turnstile): Promise<boolean> {
  const { database } = counting.inUse()
  await turnstile.enter()
  try {
    return await whenFree(() => {
      const space = findSpace(path, database)
      if (space === undefined) return false
      if (space === 'pages') {
        database.exec(`pragma incremental_vacuum(${PAGES_AT_ONCE})`)
        return true
      }
      // The file ends where it is to end once all of its log is copied into it. Readers may keep it from that, and so
      // do those who copy it or write just now, of whom the copying itself doesn't tell.
      database.exec('pragma wal_checkpoint(passive)')
      const { log, checkpointed } = database.prepare('pragma wal_checkpoint(noop)').get() ?? {}
      return Number(checkpointed) < Number(log)
    })
  } finally {
    turnstile.leave()
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size
}

async function examine(path: string): Promise<StoreState> {
  const disk = await statfs(dirname(path)).catch(() => undefined)
  return {
    clockAheadMs: 0,
    writesWait: undefined,
    sizes: {
      database: await sizeOf(path),
      log: await sizeOf(`${path}-wal`),
      free: disk && disk.bavail * disk.bsize,
    },
  }
}

/** Deleted text is overwritten: the space of a deleted row would keep it until another row needs the place. */
function open(path: string, synchronous: 'full' | 'normal', cacheKiB: number): DatabaseSync {
  // Only a file without tables takes it, and one that may only be read takes nothing.
  const isNew = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
  const database = new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS, enableForeignKeyConstraints: true })
  database.exec(
    `${isNew ? 'pragma auto_vacuum = incremental;' : ''} pragma journal_mode = wal; pragma synchronous = ${synchronous};
     pragma cache_size = -${cacheKiB}; pragma wal_autocheckpoint = ${LOG_PAGES};
     pragma secure_delete = on`,
  )
  // From here on the driver waits, without holding up what else the process does.
  database.exec('pragma busy_timeout = 0')
  return database
}
