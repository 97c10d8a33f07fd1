import { createFairLanes } from '../concurrency/fair-lanes.ts'
import { createDeletions, removeAllHere } from '../actions/deletions.ts'
import type { Context } from '../actions/context.ts'
import { createFairQueue } from '../concurrency/fair-queue.ts'
import { createKeptBodies } from '../reading/kept-bodies.ts'
import { createViewStatistics } from '../reading/view-statistics.ts'
import { createSendingBudget } from '../concurrency/sending-budget.ts'
import type { Config, DatabaseConfig } from './config.ts'
import { removeInThread } from './remove-in-thread.ts'
import { createPictures } from '../pictures/pictures.ts'
import { createRenderer } from '../rendering/renderer.ts'
import { createPasswordHasher } from '../secrets/password-hasher.ts'
import { createProofMemory } from '../secrets/proof-memory.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore, type Store } from '../storage/store.ts'

/** Imports, and likewise copies: an account makes one at a time. */
const TURNS = { atOnce: 3, atOncePerKey: 1, waiting: 64, waitingPerKey: 8 }

/** A file that is being sent is in memory, and there for a while. */
const FILE_TURNS = { atOnce: 4, atOncePerKey: 2, waiting: 128, waitingPerKey: 32 }

/** Of large answers in one process. */
const SENDING_BYTES = 192 * 1024 * 1024

/**
 * Opens the database that the configuration names and brings its schema up to date.
 *
 * @param warn told what went wrong in the background
 */
export async function openConfiguredStore(
  database: DatabaseConfig,
  warn: (error: unknown, message: string) => void = () => undefined,
): Promise<Store> {
  switch (database.dialect) {
    case 'sqlite':
      return openStore(openSqlite(database.path, (message) => warn(undefined, message)))
    case 'postgres': {
      // Loaded only where it is used: it would cost everyone else memory and time to start.
      const { openPostgres } = await import('../storage/dialects/postgres.ts')
      return openStore(
        openPostgres(database, (error) => warn(error, 'An idle connection to PostgreSQL broke')),
      )
    }
  }
}

/**
 * Puts together what actions work with.
 *
 * @param warn told what went wrong in the background
 * @param now epoch milliseconds, by the store's clock
 */
export function createContext(
  config: Config,
  store: Store,
  warn: (error: unknown, message: string) => void,
  now: () => number = Date.now,
): Context {
  const sending = createSendingBudget(SENDING_BYTES)
  return {
    store,
    now,
    hasher: createPasswordHasher(),
    proofs: createProofMemory(),
    lanes: createFairLanes(store, now),
    sending,
    bodies: createKeptBodies(store, sending, (error) => warn(error, 'Finished bytes could not be kept')),
    views: createViewStatistics(store, (error) => warn(error, 'Views could not be written; they will be')),
    renderer: createRenderer(),
    importTurns: createFairQueue(TURNS),
    copyTurns: createFairQueue(TURNS),
    fileTurns: createFairQueue(FILE_TURNS),
    pictures: createPictures(),
    deletions: createDeletions(
      store,
      config.database.dialect === 'sqlite' ? removeInThread(config.database.path) : removeAllHere,
      (error) => warn(error, 'What was deleted could not be removed; it will be'),
    ),
    policy: {
      signUp: config.signUp,
      quotas: config.quotas,
      sessionDays: config.sessionDays,
      unverifiedEmails: config.unverifiedEmails,
      serverIsLoopback: config.serverIsLoopback,
    },
  }
}
