import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
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
import type { Soon } from '../../soon.ts'
import { createGatherer } from '../../concurrency/gatherer.ts'
import { type AskDirectly, offerDirectQueries } from './direct-queries.ts'

const MOST_CACHED_STATEMENTS = 500
const MOST_WRITES_TOGETHER = 100
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
interface LateDatabase {
  inUse(): { readonly database: DatabaseSync; readonly connection: SoonConnection }
  /** Writes the log back to the file. */
  close(): void
}

function openLate(openDatabase: () => DatabaseSync): LateDatabase {
  let opened: ReturnType<LateDatabase['inUse']> | undefined
  const open = (): ReturnType<LateDatabase['inUse']> => {
    const database = openDatabase()
    return { database, connection: sqliteConnection(database) }
  }
  return {
    inUse: () => (opened ??= open()),
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
    beginTransaction: () => whenFree(() => late.inUse().database.exec('begin immediate')),
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

interface SoonConnection extends DatabaseConnection {
  execute<R>(query: CompiledQuery): QueryResult<R>
  /** The same, once no other process holds the lock that it takes. */
  executeSoon<R>(query: CompiledQuery): Soon<QueryResult<R>>
}

type Row = Readonly<Record<string, SQLOutputValue>>

interface PreparedStatement {
  readonly statement: StatementSync
  /** how many; none where there are no rows to return */
  columns: number
  toRow: (values: readonly SQLOutputValue[]) => Row
}

function sqliteConnection(database: DatabaseSync): SoonConnection {
  const statements = new Map<string, PreparedStatement>()

  function prepared(sql: string): PreparedStatement {
    const cached = statements.get(sql)
    if (cached) return cached
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    const entry = { statement, ...rowsOf(statement) }
    if (statements.size >= MOST_CACHED_STATEMENTS) statements.clear()
    statements.set(sql, entry)
    return entry
  }

  function execute<R>(query: CompiledQuery): QueryResult<R> {
    const entry = prepared(query.sql)
    const { statement } = entry
    // Kysely types parameters as unknown; the tables admit numbers, strings, bytes and null alone.
    const parameters = query.parameters as readonly SQLInputValue[]
    if (entry.columns > 0) {
      const rows = statement.all(...parameters) as unknown as SQLOutputValue[][]
      // A newer version's migration, run meanwhile, may have given `*` another column.
      if (rows[0] && rows[0].length !== entry.columns) Object.assign(entry, rowsOf(statement))
      return { rows: rows.map((values) => entry.toRow(values)) as R[] }
    }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  function executeSoon<R>(query: CompiledQuery): Soon<QueryResult<R>> {
    try {
      return execute<R>(query)
    } catch (error) {
      // Within a transaction the write lock is ours; nobody else is waited for.
      if (database.isTransaction || !isBusy(error)) throw error
      return whenFree(() => execute<R>(query))
    }
  }

  return {
    execute,
    executeSoon,
    // Kysely goes on with a promise: an error that is thrown at once has to become one too.
    executeQuery: async <R>(query: CompiledQuery) => executeSoon<R>(query),
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

/**
 * Rows that `node:sqlite` makes itself take twice as long, as it makes the names anew each time. A function that is
 * written for the columns makes a row twenty times as fast as one that goes through their names.
 */
function rowsOf(statement: StatementSync): Pick<PreparedStatement, 'columns' | 'toRow'> {
  const names = statement.columns().map(({ name }) => JSON.stringify(name))
  const fields = names.map((name, column) => `${name}: values[${column}]`)
  // eslint-disable-next-line typescript/no-implied-eval -- the columns are those of our own statements, quoted as JSON
  const toRow = new Function('values', `return { ${fields.join(', ')} }`) as PreparedStatement['toRow']
  return { columns: names.length, toRow }
}

type Outcome = { readonly result: QueryResult<unknown> } | { readonly error: unknown }

/**
 * Writes that come in together are committed together: the disk is waited for once. Each is answered when all are on
 * it, and each is done or not by itself.
 */
function writeTogether(late: LateDatabase, driver: Driver): AskDirectly {
  const gather = createGatherer<CompiledQuery, Outcome>(
    { together: MOST_WRITES_TOGETHER, underWay: 1 },
    async (queries) => {
      const acquired = await driver.acquireConnection()
      try {
        const { database, connection } = late.inUse()
        await driver.beginTransaction(acquired, {})
        try {
          const outcomes = queries.map((query) => attempt(database, connection, query))
          await driver.commitTransaction(acquired)
          return outcomes
        } catch (error) {
          await driver.rollbackTransaction(acquired)
          throw error
        }
      } finally {
        await driver.releaseConnection(acquired)
      }
    },
  )
  return async <R>(query: CompiledQuery) => {
    const outcome = await gather(query)
    if ('error' in outcome) throw outcome.error
    return outcome.result as QueryResult<R>
  }
}

/** @throws what made SQLite undo the whole transaction, such as a full disk */
function attempt(database: DatabaseSync, connection: SoonConnection, query: CompiledQuery): Outcome {
  try {
    return { result: connection.execute(query) }
  } catch (error) {
    if (!database.isTransaction) throw error
    return { error }
  }
}

/** Here every query that isn't part of a transaction can go the short way. */
class SqliteExecutor extends DefaultQueryExecutor {
  readonly #ask: AskDirectly

  constructor(dialect: Dialect, driver: Driver, ask: AskDirectly) {
    super(dialect.createQueryCompiler(), dialect.createAdapter(), new DefaultConnectionProvider(driver))
    this.#ask = ask
  }

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // An error that is thrown at once has to become a promise's.
    return this.#ask<R>(query)
  }
}

/**
 * Kysely over one `node:sqlite` connection, with a cache of prepared statements.
 *
 * @param openDatabase called at the first use
 * @param turnstile taken for each query or transaction; a connection that only reads needs none
 */
export function kyselyOn<T>(openDatabase: () => DatabaseSync, turnstile?: Turnstile): Kysely<T> {
  const late = openLate(openDatabase)
  const driver = sqliteDriver(late, turnstile)
  const dialect: Dialect = {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  const ask: AskDirectly = turnstile
    ? writeTogether(late, driver)
    : (query) => late.inUse().connection.executeSoon(query)
  const executor = turnstile
    ? new DefaultQueryExecutor(
        dialect.createQueryCompiler(),
        dialect.createAdapter(),
        new DefaultConnectionProvider(driver),
      )
    : new SqliteExecutor(dialect, driver, ask)
  // With the driver itself: one of Kysely's own making closes nothing unless Kysely opened it.
  const db = new Kysely<T>({ config: { dialect }, dialect, driver, executor })
  offerDirectQueries(db, { ask, areMessages: false })
  return db
}
