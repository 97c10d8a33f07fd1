import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

const MOST_CACHED_STATEMENTS = 500
const SQLITE_BUSY = 5
const LONGEST_BUSY_MS = 5000
const LONGEST_PAUSE_MS = 5

/** Lets one at a time through, in order. */
export interface Turnstile {
  enter(): Promise<void>
  leave(): void
}

/** Connections that write to the same file share one: two open transactions would wait for each other. */
export function createTurnstile(): Turnstile {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    async enter() {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve))
      taken = true
    },
    leave() {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}

/** SQLite's schema changes are transactional; a migration that fails halfway leaves nothing behind. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** A database that is opened at its first use. */
export interface LateDatabase {
  inUse(): { readonly database: DatabaseSync; readonly connection: DatabaseConnection }
  /** Writes the log back to the file. */
  close(): void
}

/** @param prepare called before each use; throws when the database isn't to be used any more */
export function openLate(
  openDatabase: () => DatabaseSync,
  prepare: (database: DatabaseSync) => void = () => undefined,
): LateDatabase {
  let opened: ReturnType<LateDatabase['inUse']> | undefined
  const open = (): ReturnType<LateDatabase['inUse']> => {
    const database = openDatabase()
    return { database, connection: sqliteConnection(database) }
  }
  return {
    inUse() {
      opened ??= open()
      prepare(opened.database)
      return opened
    },
    close() {
      if (opened?.database.isOpen) opened.database.close()
    },
  }
}

function sqliteDriver(late: LateDatabase, turnstile: Turnstile | undefined): Driver {
  return {
    init() {
      late.inUse()
      return Promise.resolve()
    },
    async acquireConnection() {
      // First, as one that can't be opened must not hold up the others.
      const { connection } = late.inUse()
      await turnstile?.enter()
      return connection
    },
    releaseConnection() {
      turnstile?.leave()
      return Promise.resolve()
    },
    // IMMEDIATE takes the write lock at once: upgrading a read in the middle could fail.
    beginTransaction: (_connection, { accessMode }) =>
      whenFree(() => late.inUse().database.exec(accessMode === 'read only' ? 'begin' : 'begin immediate')),
    commitTransaction() {
      late.inUse().database.exec('commit')
      return Promise.resolve()
    },
    rollbackTransaction: () => {
      // SQLite has already rolled back after some errors, such as a full disk.
      const { database } = late.inUse()
      if (database.isTransaction) database.exec('rollback')
      return Promise.resolve()
    },
    destroy() {
      late.close()
      return Promise.resolve()
    },
  }
}

function sqliteConnection(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, { readonly statement: StatementSync; readonly returnsRows: boolean }>()

  function prepared(sql: string) {
    const cached = statements.get(sql)
    if (cached) return cached
    const statement = database.prepare(sql)
    const entry = { statement, returnsRows: statement.columns().length > 0 }
    if (statements.size >= MOST_CACHED_STATEMENTS) statements.clear()
    statements.set(sql, entry)
    return entry
  }

  function execute<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = prepared(query.sql)
    // Kysely types parameters as unknown; the tables admit numbers, strings, bytes and null alone.
    const parameters = query.parameters as readonly SQLInputValue[]
    if (returnsRows) return { rows: statement.all(...parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  return {
    // Within a transaction the write lock is ours: nobody else is waited for.
    executeQuery: async <R>(query: CompiledQuery) =>
      database.isTransaction ? execute<R>(query) : whenFree(() => execute<R>(query)),
    // eslint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error('Rows are not streamed from SQLite.')
    },
  }
}

/**
 * Tries until no other process holds the lock that it takes. SQLite would wait by itself, but with everything that
 * this process does: its other requests too.
 */
export async function whenFree<T>(attempt: () => T): Promise<T> {
  const deadline = Date.now() + LONGEST_BUSY_MS
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error
    }
    await sleep(Math.random() * LONGEST_PAUSE_MS)
  }
}

/** The same, without a turn of waiting where it needn't wait: nearly always. */
export function atOnceOrWhenFree<T>(attempt: () => T): T | Promise<T> {
  try {
    return attempt()
  } catch (error) {
    if (!isBusy(error)) throw error
  }
  return whenFree(attempt)
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  )
}

/**
 * Kysely over one `node:sqlite` connection, with a cache of prepared statements.
 *
 * @param late opened at the first use
 * @param turnstile taken for each query or transaction; a connection that only reads needs none
 */
export function kyselyOn<T>(late: LateDatabase, turnstile?: Turnstile): Kysely<T> {
  const driver = sqliteDriver(late, turnstile)
  const dialect: Dialect = {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  const executor = new DefaultQueryExecutor(
    dialect.createQueryCompiler(),
    dialect.createAdapter(),
    new DefaultConnectionProvider(driver),
  )
  // With the driver itself: one of Kysely's own making closes nothing unless Kysely opened it.
  return new Kysely<T>({ config: { dialect }, dialect, driver, executor })
}
