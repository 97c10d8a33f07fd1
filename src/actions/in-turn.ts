import { type FairQueue, QueueFull } from '../concurrency/fair-queue.ts'
import { Refusal } from './refusal.ts'

const LONGEST_WAIT_MS = 60_000

/**
 * Does work of an account when its turn comes: what one import or copy holds in memory is bounded, so their number has
 * to be too.
 *
 * @param left when nobody waits for it any more
 * @throws Refusal when no turn comes within a minute, or the account waits for many already
 */
export async function inTurn<T>(
  turns: FairQueue,
  userId: number,
  left: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const tooLate = AbortSignal.timeout(LONGEST_WAIT_MS)
  try {
    return await turns.run(`user ${userId}`, work, {
      signal: AbortSignal.any(left ? [tooLate, left] : [tooLate]),
    })
  } catch (error) {
    const isLate = tooLate.aborted && error === tooLate.reason
    if (error instanceof QueueFull || isLate) throw new Refusal({ code: 'busy' })
    throw error
  }
}
