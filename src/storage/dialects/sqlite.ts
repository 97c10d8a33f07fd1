import { mkdirSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import type { Tables } from '../tables.ts'
import type { DialectConnections, DialectDifferences, StoreState } from './dialect.ts'
import { createTurnstile, kyselyOn, openLate } from './sqlite-driver.ts'
import { sqliteHotQueries } from './sqlite-hot-queries.ts'

const OPENING_TIMEOUT_MS = 5000
const KiB_OF_PAGES = { read: 32_000, write: 8000 }
// 16 MiB of log before it is copied into the file: pages that change often are copied once for many changes.
const LOG_PAGES = 4000

// Primary result codes: https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const UNAVAILABLE = new Set([SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN])
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
  addId: (table) => table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement()),
  lockRows: (query) => query,
  isUniqueViolation(error) {
    const code = resultCode(error)
    return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARYKEY
  },
  isForeignKeyViolation: (error) => resultCode(error) === SQLITE_CONSTRAINT_FOREIGNKEY,
  // A transaction takes SQLite's one write lock at its start.
  isConflict: () => false,
  isUnavailable(error) {
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
 * @param path of the file
 */
export function openSqlite(path: string): DialectConnections {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const turnstile = createTurnstile()
  const writing = (synchronous: 'full' | 'normal') =>
    kyselyOn<Tables>(
      openLate(() => open(path, synchronous, KiB_OF_PAGES.write)),
      turnstile,
    )
  const reading = openLate(() => open(path, 'normal', KiB_OF_PAGES.read))
  const read = kyselyOn<Tables>(reading)
  return {
    differences,
    write: writing('full'),
    counters: writing('normal'),
    read,
    moments: kyselyOn<Tables>(
      openLate(() => open(path, 'normal', KiB_OF_PAGES.write)),
      createTurnstile(),
    ),
    async ping() {
      await sql`select 1 from users limit 1`.execute(read)
    },
    examine: () => examine(path),
    pools: () => [],
    hot: sqliteHotQueries(read, () => reading.inUse().database),
    openForMigration: () => writing('full'),
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

function open(path: string, synchronous: 'full' | 'normal', cacheKiB: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS, enableForeignKeyConstraints: true })
  database.exec(
    `pragma journal_mode = wal; pragma synchronous = ${synchronous};
     pragma cache_size = -${cacheKiB}; pragma wal_autocheckpoint = ${LOG_PAGES}`,
  )
  // From here on the driver waits, without holding up what else the process does.
  database.exec('pragma busy_timeout = 0')
  return database
}
