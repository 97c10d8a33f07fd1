import { deleteExpiredSessions } from '../storage/queries/sessions.ts'
import { deleteExpiredCodes } from '../storage/queries/mail/email-codes.ts'
import { deleteExpiredProofs } from '../storage/queries/mail/reader-proofs.ts'
import { deleteEventsBefore } from '../storage/queries/events.ts'
import { deleteReadersBefore } from '../storage/queries/lists/share-readers.ts'
import { deleteStaleTries } from '../storage/queries/tries.ts'
import type { Context } from './context.ts'

const EVERY_MS = 10 * 60 * 1000
/** A clock that is wrong for a while must not end what is valid by the right one. */
const SESSIONS_REST_MS = 30 * 24 * 60 * 60 * 1000
const LANES_REST_MS = 10 * 60 * 1000
const A_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/**
 * Forgets expired sessions, codes, proofs, tries, and events and readers that are a year old from time to time.
 *
 * @returns stops it
 */
export function startSweeping(context: Context, onError: (error: unknown) => void): () => void {
  const sweep = async (): Promise<void> => {
    const now = context.now()
    await deleteExpiredSessions(context.store.counters, now - SESSIONS_REST_MS)
    await deleteEventsBefore(context.store.counters, now - A_YEAR_MS)
    await deleteReadersBefore(context.store.counters, now - A_YEAR_MS)
    await deleteExpiredCodes(context.store.counters, now - SESSIONS_REST_MS)
    await deleteExpiredProofs(context.store.counters, now - SESSIONS_REST_MS)
    await deleteStaleTries(context.store, now, now - LANES_REST_MS)
  }
  const timer = setInterval(() => void sweep().catch(onError), EVERY_MS).unref()
  return () => clearInterval(timer)
}
