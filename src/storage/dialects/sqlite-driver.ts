import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
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
function sqliteDialect(database: DatabaseSync, turnstile?: Turnstile): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => sqliteDriver(database, turnstile),
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

function sqliteDriver(database: DatabaseSync, turnstile: Turnstile | undefined): Driver {
  const connection = sqliteConnection(database)
  const run = (sql: string): Promise<void> => {
    database.exec(sql)
    return Promise.resolve()
  }
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      await turnstile?.enter()
      return connection
    },
    releaseConnection() {
      turnstile?.leave()
      return Promise.resolve()
    },
    // IMMEDIATE takes the write lock at once: upgrading a read in the middle could fail.
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => {
      // SQLite has already rolled back after some errors, such as a full disk.
      if (database.isTransaction) database.exec('rollback')
      return Promise.resolve()
    },
    destroy() {
      if (database.isOpen) database.close()
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

  return {
    executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      try {
        const { statement, returnsRows } = prepared(query.sql)
        // Kysely types parameters as unknown; the tables admit numbers, strings, bytes and null alone.
        const parameters = query.parameters as readonly SQLInputValue[]
        if (returnsRows) return Promise.resolve({ rows: statement.all(...parameters) as R[] })
        const { changes, lastInsertRowid } = statement.run(...parameters)
        return Promise.resolve({
          rows: [],
          numAffectedRows: BigInt(changes),
          insertId: BigInt(lastInsertRowid),
        })
      } catch (error) {
        return Promise.reject(error)
      }
    },
    // eslint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error('Rows are not streamed from SQLite.')
    },
  }
}

export function kyselyOn<T>(database: DatabaseSync, turnstile?: Turnstile): Kysely<T> {
  return new Kysely<T>({ dialect: sqliteDialect(database, turnstile) })
}
