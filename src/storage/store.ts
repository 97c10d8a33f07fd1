import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { DialectConnections, DialectDifferences, PoolFigures, StoreState } from './dialects/dialect.ts'
import { type HotQueries, hotQueriesWithin } from './hot-query.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './tables.ts'

const MOST_ATTEMPTS = 5
const LONGEST_PAUSE_MS = 50

export type Queries = Kysely<Tables> | Transaction<Tables>

/** The open database: one set of queries, whichever dialect stands behind it. */
export interface Store {
  readonly dialect: DialectDifferences
  /** random, and the store's own for good: keys what must tell nothing to whoever doesn't know it */
  readonly secret: string
  /** committed data, without waiting for writers */
  readonly read: Kysely<Tables>
  /** the queries that nearly every request asks, on committed data */
  readonly hot: HotQueries
  /** durable when it returns */
  readonly write: Kysely<Tables>
  /** statistics and counters of tries */
  readonly counters: Kysely<Tables>
  /**
   * Runs the work all or none, and again when it met another transaction. It must not await anything but queries on
   * the transaction that it is given: SQLite has one writer.
   */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** The same for what is small and must go on when the disk is full: signing in, deleting. */
  smallTransaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** whether the disk has room for what can be done without */
  hasRoom(this: void): boolean
  /** Reads committed data as it was in one moment, whatever is written meanwhile. */
  atOneMoment<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Asks the database something; rejects when it doesn't answer, or isn't the one to ask. */
  ping(): Promise<void>
  examine(this: void): Promise<StoreState>
  /** Whether `reclaimSpace` has something to give back. */
  hasSpaceToReclaim(this: void): boolean
  /** Gives some of the room that deleted rows leave back. @returns whether there is more */
  reclaimSpace(this: void): Promise<boolean>
  /** the connections of each purpose, where there are pools */
  pools(this: void): readonly PoolFigures[]
  close(): Promise<void>
}

/** Takes over a dialect's connections and brings the schema up to date. */
export async function openStore(connections: DialectConnections): Promise<Store> {
  await migrate(connections)
  connections.begin()
  const { read, hot, moments, write, counters, differences } = connections
  const store: Store = {
    secret: await findSecret(read),
    dialect: differences,
    read,
    hot,
    write,
    counters,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await write.transaction().execute(work)
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !differences.isConflict(error)) throw error
          await sleep(Math.random() * LONGEST_PAUSE_MS)
        }
      }
    },
    smallTransaction: (work) => connections.lendReserve(() => store.transaction(work)),
    hasRoom: connections.hasRoom,
    atOneMoment: (work) =>
      moments
        .transaction()
        .setAccessMode('read only')
        .setIsolationLevel('repeatable read')
        .execute((trx) => work({ ...store, read: trx, hot: hotQueriesWithin(trx) })),
    ping: connections.ping,
    examine: connections.examine,
    hasSpaceToReclaim: connections.hasSpaceToReclaim,
    reclaimSpace: connections.reclaimSpace,
    pools: connections.pools,
    async close() {
      const closed = attempt(connections.end)
      await Promise.all(new Set([read, moments, counters, write]).values().map((db) => db.destroy()))
      if (closed) attempt(closed)
    },
  }
  return store
}

/** What fails at the end fails nobody: the store is looked at more closely when it is opened next. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

async function findSecret(db: Queries): Promise<string> {
  const { value } = await db
    .selectFrom('store_facts')
    .select('value')
    .where('name', '=', 'secret')
    .executeTakeFirstOrThrow()
  return value
}
