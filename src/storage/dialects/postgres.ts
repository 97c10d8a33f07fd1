import { Kysely, PostgresDialect, sql } from 'kysely'
import { DatabaseError } from 'pg'
import type { PostgresConfig } from './postgres-url.ts'
import type { Tables } from '../tables.ts'
import type { DialectConnections, DialectDifferences } from './dialect.ts'
import { postgresHotQueries } from './postgres-hot-queries.ts'
import { createPostgresPool, PostgresUnreachable } from './postgres-pool.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const FOREIGN_KEY_VIOLATION = '23503'
const UNIQUE_VIOLATION = '23505'
const CONFLICTS = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
])
const UNAVAILABLE = new Set([
  '25006', // read_only_sql_transaction
  '25P03', // idle_in_transaction_session_timeout
  '55P03', // lock_not_available
])
const UNAVAILABLE_CLASSES = new Set([
  '08', // connection exceptions
  '53', // insufficient resources: disk full, out of memory, too many connections
  '57', // operator intervention: shut down, starting up, statement timeout
  '58', // system errors: input and output
])

/** What PostgreSQL does its own way. */
const differences: DialectDifferences = {
  name: 'postgres',
  text: sql<string>`text collate "C"`,
  bytes: 'bytea',
  randomText: sql<string>`replace(gen_random_uuid()::text, '-', '')`,
  addId: (table) =>
    table.addColumn('id', 'integer', (column) => column.generatedByDefaultAsIdentity().primaryKey()),
  lockRows: (query) => query.forUpdate(),
  isUniqueViolation: (error) => sqlState(error) === UNIQUE_VIOLATION,
  isForeignKeyViolation: (error) => sqlState(error) === FOREIGN_KEY_VIOLATION,
  isConflict: (error) => CONFLICTS.has(sqlState(error)),
  isUnavailable(error) {
    if (error instanceof PostgresUnreachable) return true
    const state = sqlState(error)
    return UNAVAILABLE.has(state) || CONFLICTS.has(state) || UNAVAILABLE_CLASSES.has(state.slice(0, 2))
  },
}

function sqlState(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? '') : ''
}

/**
 * Opens a pool of connections to a PostgreSQL database; it connects when it is asked something.
 *
 * @param warn told when a connection that nobody uses breaks
 */
export function openPostgres(config: PostgresConfig, warn: (error: unknown) => void): DialectConnections {
  const pool = createPostgresPool(config, warn)
  const db = kyselyOn(pool)
  return {
    differences,
    // One pool: PostgreSQL's readers never wait for writers, and a second one would double the connections.
    read: db,
    moments: db,
    hot: postgresHotQueries(db, pool.send, { gathers: config.gathersReads }),
    write: db,
    counters: db,
    openForMigration: () =>
      kyselyOn(createPostgresPool({ ...config, poolSize: 1, statementTimeoutMs: 0 }, warn)),
  }
}

function kyselyOn(pool: ReturnType<typeof createPostgresPool>): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
