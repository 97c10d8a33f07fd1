import { createFairLanes } from '../concurrency/fair-lanes.ts'
import { createDeletions, removeAllHere } from '../actions/deletions.ts'
import { createKnownRoom } from '../actions/known-room.ts'
import { createSingleSignOn } from '../actions/accounts/single-sign-on.ts'
import { copyAllHere } from '../actions/large-copies.ts'
import type { Context } from '../actions/context.ts'
import { createSearchIndex } from '../actions/search-index.ts'
import { createFairQueue } from '../concurrency/fair-queue.ts'
import { createBackground } from '../concurrency/background.ts'
import { createMailOutbox } from '../mail/mail-outbox.ts'
import { createSendMail } from '../mail/send-mail.ts'
import { createKeptBodies } from '../reading/kept-bodies.ts'
import { createKeptFiles } from '../reading/kept-files.ts'
import { mailFirstReads } from '../actions/sharing/first-read.ts'
import { createViewStatistics, type ReadsListener } from '../reading/view-statistics.ts'
import { createSendingBudget } from '../concurrency/sending-budget.ts'
import type { Config, DatabaseConfig } from './config.ts'
import { copyInThread, indexInThread, removeInThread } from './in-store-thread.ts'
import { createPictures } from '../pictures/pictures.ts'
import { createRenderer } from '../rendering/renderer.ts'
import { createPasswordHasher } from '../secrets/password-hasher.ts'
import { createProofMemory } from '../secrets/proof-memory.ts'
import { createSendWebhook } from '../webhooks/send-webhook.ts'
import { createWebhookOutbox } from '../webhooks/webhook-outbox.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore, type Store } from '../storage/store.ts'

/** An account makes one import at a time, and likewise one copy and one scan, which hold more memory. */
const IMPORT_TURNS = { atOnce: 3, atOncePerKey: 1, waiting: 64, waitingPerKey: 8 }
const COPY_TURNS = { ...IMPORT_TURNS, atOnce: 2 }
const SCAN_TURNS = COPY_TURNS

/** Finished bytes that nobody has made anew for so long are of a chat that hardly anybody reads. */
const KEPT_FOR_MS = 30 * 24 * 60 * 60 * 1000

/** A file that is being sent is in memory, and there for a while. */
const FILE_TURNS = { atOnce: 4, atOncePerKey: 2, waiting: 128, waitingPerKey: 32 }

/** Of large answers in one process. */
const SENDING_BYTES = 128 * 1024 * 1024

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
      return openStore(openSqlite(database, (message) => warn(undefined, message)))
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
  const isPrivateAllowed = config.privateWebhooks
  const webhooks = createWebhookOutbox(
    store,
    now,
    createSendWebhook(isPrivateAllowed),
    { isPrivateAllowed },
    (error) => warn(error, 'What webhooks are told could not be sent; it will be'),
  )
  const outbox =
    config.mail &&
    createMailOutbox(
      store,
      now,
      createSendMail(config.mail),
      { contact: config.operatorContact },
      (error, wasLast) =>
        warn(
          withoutAddresses(error),
          wasLast ? 'A mail could not be sent; it is given up' : 'A mail could not be sent; it will be',
        ),
    )
  return {
    store,
    now,
    hasher: createPasswordHasher(),
    proofs: createProofMemory(),
    lanes: createFairLanes(store, now),
    sending,
    bodies: createKeptBodies(store, sending, (error) => warn(error, 'Finished bytes could not be kept')),
    files: createKeptFiles(store),
    views: createViewStatistics(
      store,
      now,
      (error) => warn(error, 'Views could not be written; they will be'),
      [
        {
          tell: (trx, reads) =>
            webhooks.tell(trx, 'share.viewed', new Map([...reads].map(([id, { views }]) => [id, { views }]))),
          afterwards: () => webhooks.wake(),
        },
        ...(outbox
          ? [
              {
                tell: (...reads) => mailFirstReads({ outbox, policy: config.unverifiedEmails }, ...reads),
                afterwards: () => outbox.wake(),
              } satisfies ReadsListener,
            ]
          : []),
      ],
    ),
    webhooks,
    renderer: createRenderer(),
    knownRoom: createKnownRoom(),
    importTurns: createFairQueue(IMPORT_TURNS),
    copyTurns: createFairQueue(COPY_TURNS),
    scanTurns: createFairQueue(SCAN_TURNS),
    copyAll: config.database.dialect === 'sqlite' ? copyInThread(config.database.path) : copyAllHere,
    fileTurns: createFairQueue(FILE_TURNS),
    pictures: createPictures(),
    deletions: createDeletions(
      store,
      { keep: { bytes: config.keptBytes, ms: KEPT_FOR_MS }, now },
      config.database.dialect === 'sqlite' ? removeInThread(config.database.path) : removeAllHere,
      (error) => warn(error, 'What was deleted could not be removed; it will be'),
    ),
    signOn: config.oidc && createSingleSignOn(config.oidc),
    outbox,
    background: createBackground((error) => warn(error, 'What was asked for could not be done')),
    searchIndex: createSearchIndex(
      store,
      config.database.dialect === 'sqlite' ? indexInThread(config.database.path) : undefined,
      (error) => warn(error, 'What was written could not be indexed for the search; it will be'),
    ),
    policy: {
      signUp: config.signUp,
      passwordSignIn: config.passwordSignIn,
      quotas: config.quotas,
      secrets: config.secrets,
      operatorContact: config.operatorContact,
      sessionDays: config.sessionDays,
      unverifiedEmails: config.unverifiedEmails,
      serverIsLoopback: config.serverIsLoopback,
    },
  }
}

/** Mail servers repeat in their answers whom a mail is for; the log names nobody. */
function withoutAddresses(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { message, cause } = error
  const code = 'code' in error ? { code: error.code } : {}
  const named = message.split(' ').map((word) => (word.includes('@') ? '…@…' : word))
  return Object.assign(new Error(named.join(' '), { cause }), code)
}
