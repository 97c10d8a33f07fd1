import { Kysely, PostgresDialect, sql } from 'kysely'
import { DatabaseError } from 'pg'
import type { PostgresConfig } from './postgres-url.ts'
import type { Tables } from '../tables.ts'
import type { DialectConnections, DialectDifferences, StoreState, UnavailableCause } from './dialect.ts'
import { postgresHotQueries, type Send } from './postgres-hot-queries.ts'
import { postgresSearch } from './postgres-search.ts'
import {
  createHostChoice,
  createPostgresPool,
  IS_STANDBY,
  type NamingPool,
  PostgresUnreachable,
} from './postgres-pool.ts'

const LONGEST_LOCK_MS = 5000

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
  search: postgresSearch,
  addId: (table) =>
    table.addColumn('id', 'integer', (column) => column.generatedByDefaultAsIdentity().primaryKey()),
  lockRows: (query) => query.forUpdate(),
  lockRowsAlone: (query) => query.forNoKeyUpdate(),
  lockFreeRows: (query) => query.forUpdate().skipLocked(),
  isUniqueViolation: (error) => sqlState(error) === UNIQUE_VIOLATION,
  isForeignKeyViolation: (error) => sqlState(error) === FOREIGN_KEY_VIOLATION,
  isConflict: (error) => CONFLICTS.has(sqlState(error)),
  causeOf,
  isUnavailable(error) {
    if (error instanceof PostgresUnreachable) return true
    const state = sqlState(error)
    return UNAVAILABLE.has(state) || CONFLICTS.has(state) || UNAVAILABLE_CLASSES.has(state.slice(0, 2))
  },
}

function causeOf(error: unknown): UnavailableCause {
  if (error instanceof PostgresUnreachable) return 'unreachable'
  const state = sqlState(error)
  if (state === '57014' || state === '25P03') return 'timeout'
  if (state === '55P03' || CONFLICTS.has(state)) return 'busy'
  if (state === '25006') return 'read-only'
  if (state === '53100') return 'full'
  if (state.startsWith('58')) return 'input-output'
  return state.startsWith('08') || state.startsWith('57') ? 'unreachable' : 'other'
}

function sqlState(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? '') : ''
}

/** How many of a process's connections serve what: none waits for those of another purpose. */
function sharesOf(poolSize: number): { read: number; write: number; counters: number } {
  const counters = Math.max(1, Math.floor(poolSize / 5))
  const read = Math.max(1, Math.floor((poolSize - counters) / 2))
  return { read, write: Math.max(1, poolSize - counters - read), counters }
}

/**
 * Opens pools of connections to a PostgreSQL database; they connect when they are asked something. Reads have
 * connections of their own, and so have counts: where writes wait, for each other or for a synchronous standby, nobody
 * else does.
 *
 * @param warn told when a connection that nobody uses breaks
 */
export function openPostgres(config: PostgresConfig, warn: (error: unknown) => void): DialectConnections {
  const hosts = createHostChoice(config.hosts)
  const sizes = sharesOf(config.poolSize)
  const lockTimeoutMs = Math.min(LONGEST_LOCK_MS, config.statementTimeoutMs || LONGEST_LOCK_MS)
  const reads = createPostgresPool(
    config,
    { name: 'read', size: sizes.read, lockTimeoutMs, isDurable: true },
    hosts,
    warn,
  )
  const isAtWork = async (processId: number): Promise<boolean> => {
    const { rows } = await reads.send(`select 1 from pg_stat_activity where pid = $1 and state = 'active'`, [
      processId,
    ])
    return rows.length > 0
  }
  const poolFor = (name: 'write' | 'counters') =>
    createPostgresPool(
      config,
      { name, size: sizes[name], lockTimeoutMs, isDurable: name === 'write' },
      hosts,
      warn,
      isAtWork,
    )
  const writes = poolFor('write')
  const counts = poolFor('counters')
  const read = kyselyOn(reads)
  return {
    differences,
    read,
    moments: read,
    hot: postgresHotQueries(read, reads.send, { gathers: config.gathersReads }),
    write: kyselyOn(writes),
    counters: kyselyOn(counts),
    begin: () => undefined,
    end: () => () => undefined,
    async ping() {
      const { rows } = await reads.send(
        'select pg_is_in_recovery() as is_standby, (select count(*) from (select from users limit 1) as one)',
        [],
      )
      if ((rows as { is_standby: boolean }[])[0]?.is_standby) throw new PostgresUnreachable(IS_STANDBY)
    },
    examine: () => examine(reads.send, () => writes.figures().held),
    // Its disk isn't ours to see.
    lendReserve: (work) => work(),
    hasRoom: () => true,
    // Its own vacuum does.
    hasSpaceToReclaim: () => false,
    reclaimSpace: () => Promise.resolve(false),
    pools: () => [reads, writes, counts].map((pool) => pool.figures()),
    openForMigration: () =>
      kyselyOn(
        createPostgresPool(
          { ...config, statementTimeoutMs: 0 },
          { name: 'migration', size: 1, lockTimeoutMs: 0, isDurable: true },
          hosts,
          warn,
        ),
      ),
  }
}

interface Examined {
  readonly now_ms: number
  readonly database_bytes: number
  readonly waiting_commits: number
  readonly is_read_only: boolean
}

async function examine(send: Send, countHeld: () => number): Promise<StoreState> {
  const began = Date.now()
  const { rows } = await send(
    `select extract(epoch from clock_timestamp()) * 1000 as now_ms,
      pg_database_size(current_database()) as database_bytes,
      current_setting('default_transaction_read_only') = 'on' as is_read_only,
      (select count(*) from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()
        and state_change < clock_timestamp() - interval '1 second') as waiting_commits`,
    [],
  )
  const found = (rows as Examined[])[0]
  // The server read its clock between asking and answer.
  const here = (began + Date.now()) / 2
  const waiting = Math.max(found?.waiting_commits ?? 0, countHeld())
  const writesWait = found?.is_read_only
    ? 'PostgreSQL is set to take no writes.'
    : waiting > 0
      ? `Writes wait: PostgreSQL does not confirm commits (${waiting} wait). Is its synchronous standby there?`
      : undefined
  return {
    clockAheadMs: found ? found.now_ms - here : 0,
    writesWait,
    sizes: { database: found?.database_bytes, log: undefined, free: undefined },
  }
}

function kyselyOn(pool: NamingPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
