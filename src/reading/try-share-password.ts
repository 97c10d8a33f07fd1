import { normalisePassword } from '../accounts/password.ts'
import { SHARE_LANE, VISITOR_TRIES } from '../sharing/limits.ts'
import type { Soon } from '../soon.ts'
import {
  findLaneLevel,
  findTries,
  giveTryBack,
  raiseLane,
  takeTry,
  type UsedTries,
  visitorTries,
} from '../storage/queries/tries.ts'
import type { Context } from '../actions/context.ts'
import { createOneAtATime } from '../concurrency/one-at-a-time.ts'

export type TriedPassword =
  | { readonly proof: 'proved' | 'wrong' }
  | { readonly proof: 'tries-used-up'; readonly retryAfterSeconds: number }

// One visitor's tries on one share go one by one: many at once then neither slip past the limit nor, when they
// are right, use it up.
const tries = createOneAtATime()

// Whoever reads again over the same connection brings the very same readings: what they proved is then known without
// a digest.
const provedBefore = new WeakMap<
  readonly string[],
  { readonly address: string; readonly passwordHash: string }
>()

/**
 * Tries a password on a share, under the limits: a few wrong ones per visitor and share, then a while of none;
 * many wrong ones on one share slow its tries down for everyone, without locking anyone out.
 *
 * @returns at once what is known at once: no try is left, or this visitor has proved this password before
 */
export function trySharePassword(
  context: Context,
  share: { readonly id: number; readonly passwordHash: string },
  presented: {
    /** of what was presented, as encodings differ; together they are one try */
    readonly readings: readonly string[]
    /** of the visitor */
    readonly address: string
    /** the visitor's tries of this share, where they are known already */
    readonly used: UsedTries | undefined
  },
): Soon<TriedPassword> {
  const { address, used, readings } = presented

  const known = ({ count, expiresAt }: UsedTries): TriedPassword | undefined => {
    if (count >= VISITOR_TRIES.limit) return usedUp(expiresAt - context.now())
    // Asked after the limit, and it knows only what this visitor proved: it is no oracle.
    return isRemembered(context, share, readings, address) ? { proof: 'proved' } : undefined
  }
  if (used) {
    const atOnce = known(used)
    if (atOnce) return atOnce
  }
  const ofVisitor = visitorTries(share.id, address)
  return tries.run(ofVisitor, async () => {
    const inTurn = known(await findTries(context.store, ofVisitor, context.now()))
    return inTurn ?? check(context, share, readings.map(normalisePassword), address)
  })
}

function isRemembered(
  { credentials }: Context,
  { passwordHash }: { readonly passwordHash: string },
  readings: readonly string[],
  address: string,
): boolean {
  const before = provedBefore.get(readings)
  if (before?.passwordHash === passwordHash && before.address === address) return true
  const isProved = readings.some((reading) =>
    credentials.has(address, passwordHash, normalisePassword(reading)),
  )
  if (isProved) provedBefore.set(readings, { address, passwordHash })
  return isProved
}

async function check(
  context: Context,
  share: { readonly id: number; readonly passwordHash: string },
  passwords: readonly string[],
  address: string,
): Promise<TriedPassword> {
  const { store, credentials } = context
  const ofVisitor = visitorTries(share.id, address)
  const ofShare = `share ${share.id}`
  const level = await findLaneLevel(store, ofShare, SHARE_LANE.freePerMinute, context.now())
  if (level > SHARE_LANE.freePerMinute && !(await context.lanes.pass(ofShare, address, SHARE_LANE))) {
    return usedUp(SHARE_LANE.slowIntervalMs)
  }
  if (!(await takeTry(store, ofVisitor, VISITOR_TRIES, context.now()))) return usedUp(VISITOR_TRIES.windowMs)

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
}

function usedUp(afterMs: number): TriedPassword {
  return { proof: 'tries-used-up', retryAfterSeconds: Math.max(1, Math.ceil(afterMs / 1000)) }
}
