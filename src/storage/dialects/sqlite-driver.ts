import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
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

/**
 * A Kysely dialect over one `node:sqlite` connection, with a cache of prepared statements.
 *
 * @param turnstile taken for each query or transaction; a connection that only reads needs none
 */
function sqliteDialect(openDatabase: () => DatabaseSync, turnstile?: Turnstile): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => sqliteDriver(openDatabase, turnstile),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** SQLite's schema changes are transactional; a migration that fails halfway leaves nothing behind. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

// Kysely closes only what it has used: a file that was opened before would never be closed, nor its log written back.
function sqliteDriver(openDatabase: () => DatabaseSync, turnstile: Turnstile | undefined): Driver {
  const open = (): { database: DatabaseSync; connection: DatabaseConnection } => {
    const database = openDatabase()
    return { database, connection: sqliteConnection(database) }
  }
  let opened: ReturnType<typeof open> | undefined
  const inUse = (): ReturnType<typeof open> => (opened ??= open())
  return {
    init() {
      inUse()
      return Promise.resolve()
    },
    async acquireConnection() {
      await turnstile?.enter()
      return inUse().connection
    },
    releaseConnection() {
      turnstile?.leave()
      return Promise.resolve()
    },
    // IMMEDIATE takes the write lock at once: upgrading a read in the middle could fail.
    beginTransaction: () => whenFree(() => inUse().database.exec('begin immediate')),
    commitTransaction() {
      inUse().database.exec('commit')
      return Promise.resolve()
    },
    rollbackTransaction: () => {
      // SQLite has already rolled back after some errors, such as a full disk.
      const { database } = inUse()
      if (database.isTransaction) database.exec('rollback')
      return Promise.resolve()
    },
    destroy() {
      if (opened?.database.isOpen) opened.database.close()
      return Promise.resolve()
    },
  }
}

function sqliteConnection(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, { statement: StatementSync; returnsRows: boolean }>()

  function prepared(sql: string): { statement: StatementSync; returnsRows: boolean } {
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
    executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      try {
        return Promise.resolve(execute<R>(query))
      } catch (error) {
        // Within a transaction the write lock is ours; nobody else is waited for.
        return database.isTransaction || !isBusy(error)
          ? Promise.reject(error)
          : whenFree(() => execute<R>(query))
      }
    },
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
async function whenFree<T>(attempt: () => T): Promise<T> {
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

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  )
}

/** @param openDatabase called at the first use */
export function kyselyOn<T>(openDatabase: () => DatabaseSync, turnstile?: Turnstile): Kysely<T> {
  return new Kysely<T>({ dialect: sqliteDialect(openDatabase, turnstile) })
}
