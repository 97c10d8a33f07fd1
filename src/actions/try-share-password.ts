import { normalisePassword } from '../accounts/password.ts'
import { SHARE_LANE, VISITOR_TRIES } from '../sharing/limits.ts'
import { findLaneLevel, findTries, giveTryBack, raiseLane, takeTry } from '../storage/tries.ts'
import type { Context } from './context.ts'
import { createOneAtATime } from './one-at-a-time.ts'

export type TriedPassword =
  | { readonly proof: 'proved' | 'wrong' }
  | { readonly proof: 'tries-used-up'; readonly retryAfterSeconds: number }

// One visitor's tries on one share go one by one: many at once then neither slip past the limit nor, when they
// are right, use it up.
const tries = createOneAtATime()

/**
 * Tries a password on a share, under the limits: a few wrong ones per visitor and share, then a while of none;
 * many wrong ones on one share slow its tries down for everyone, without locking anyone out.
 *
 * @param readings of what was presented, as encodings differ; together they are one try
 * @param address of the visitor
 */
export async function trySharePassword(
  context: Context,
  share: { readonly id: number; readonly passwordHash: string },
  readings: readonly string[],
  address: string,
): Promise<TriedPassword> {
  const { store, credentials } = context
  const ofVisitor = `share ${share.id} from ${address}`
  const ofShare = `share ${share.id}`
  const passwords = readings.map(normalisePassword)

  const limited = async (): Promise<TriedPassword | undefined> => {
    const { count, expiresAt } = await findTries(store, ofVisitor, context.now())
    return count >= VISITOR_TRIES.limit ? usedUp(expiresAt - context.now()) : undefined
  }
  // Asked after the limit, and it knows only what this visitor proved: it is no oracle.
  const isRemembered = (): boolean =>
    passwords.some((password) => credentials.has(address, share.passwordHash, password))

  const atOnce = await limited()
  if (atOnce) return atOnce
  if (isRemembered()) return { proof: 'proved' }

  return tries.run(ofVisitor, async () => {
    const inTurn = await limited()
    if (inTurn) return inTurn
    if (isRemembered()) return { proof: 'proved' }

    const level = await findLaneLevel(store, ofShare, SHARE_LANE.freePerMinute, context.now())
    if (level > SHARE_LANE.freePerMinute && !(await context.lanes.pass(ofShare, address, SHARE_LANE))) {
      return usedUp(SHARE_LANE.slowIntervalMs)
    }
    if (!(await takeTry(store, ofVisitor, VISITOR_TRIES, context.now())))
      return usedUp(VISITOR_TRIES.windowMs)

    // Only what was wrong stays counted, not what a busy server couldn't look at.
    let isWrong = false
    try {
      for (const password of passwords) {
        if (await context.hasher.verify(share.passwordHash, password)) {
          credentials.add(address, share.passwordHash, password)
          return { proof: 'proved' }
        }
      }
      isWrong = true
    } finally {
      if (!isWrong) await giveTryBack(store, ofVisitor)
    }
    await raiseLane(store, ofShare, SHARE_LANE.freePerMinute, context.now())
    return { proof: 'wrong' }
  })
}

function usedUp(afterMs: number): TriedPassword {
  return { proof: 'tries-used-up', retryAfterSeconds: Math.max(1, Math.ceil(afterMs / 1000)) }
}
