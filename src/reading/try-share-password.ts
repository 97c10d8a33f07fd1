import { normalisePassword } from '../accounts/password.ts'
import { createOneAtATime } from '../concurrency/one-at-a-time.ts'
import { knownDevice } from '../secrets/device-token.ts'
import { NETWORK_MULTIPLES, SHARE_LANE, VISITOR_TRIES, wholeSeconds } from '../sharing/limits.ts'
import {
  findLaneLevel,
  findTries,
  findUsedUp,
  giveTriesBack,
  raiseLane,
  takeTries,
  triesFrom,
  type UsedTries,
  visitorTries,
} from '../storage/queries/tries.ts'
import type { Origin, ReadingContext } from './context.ts'
import { passLane } from './pass-lane.ts'

/** What came of a try; `isAtOnce` when nobody had to wait for it, so that nothing has changed meanwhile. */
export type TriedPassword = Checked & { readonly isAtOnce: boolean }

type Checked =
  | { readonly proof: 'proved' | 'wrong' }
  | { readonly proof: 'tries-used-up'; readonly retryAfterSeconds: number }

// One visitor's tries on one share go one by one: many at once then neither slip past the limit nor, when they
// are right, use it up.
const tries = createOneAtATime()

/** A password that is presented for a share. */
export interface PresentedPassword {
  /** as it came, with how it came: who was right before is known by it, and nothing of it is read */
  readonly text: string
  /** the password in each encoding that it may have been sent in; together they are one try. None where it is no password */
  readings(this: void): readonly string[]
}

interface Presented {
  readonly password: PresentedPassword
  readonly from: Origin
}

/**
 * Whether the visitor, whose tries aren't used up, has proved the share's password before. It is asked about what this
 * visitor proved alone, so it helps nobody to guess.
 */
export function isRemembered(
  { proofs }: Pick<ReadingContext, 'proofs'>,
  passwordHash: string,
  { password, from }: Presented,
  used: UsedTries,
): boolean {
  if (used.count >= VISITOR_TRIES.limit) return false
  return proofs.has(from.address, passwordHash, password.text)
}

/**
 * Tries a password on a share, under the limits: a few wrong ones per visitor and share, then a while of none;
 * many wrong ones on one share slow its tries down for everyone, without locking anyone out.
 */
export async function trySharePassword(
  context: ReadingContext,
  share: { readonly id: number; readonly passwordHash: string },
  presented: Presented & {
    /** the visitor's tries of this share, where they are known already */
    readonly used: UsedTries | undefined
  },
): Promise<TriedPassword> {
  const { from, used } = presented
  const known = (used: UsedTries): Checked | undefined => {
    if (used.count >= VISITOR_TRIES.limit) return usedUp(used.expiresAt - context.now())
    return isRemembered(context, share.passwordHash, presented, used) ? { proof: 'proved' } : undefined
  }
  const atOnce = used && known(used)
  if (atOnce) return { ...atOnce, isAtOnce: true }
  const ofVisitor = visitorTries(share.id, from.address)
  return tries.run(ofVisitor, async () => {
    const inTurn = known(await findTries(context.store, ofVisitor, VISITOR_TRIES, context.now()))
    if (inTurn) return { ...inTurn, isAtOnce: false }
    return { ...(await check(context, share, presented)), isAtOnce: false }
  })
}

/** When a visitor whose tries are used up may try again. */
export function retryAfterOf(tried: TriedPassword): { readonly retryAfterSeconds?: number } {
  return tried.proof === 'tries-used-up' ? { retryAfterSeconds: tried.retryAfterSeconds } : {}
}

/** What a browser has got into that proved the share's present password. */
export function deviceSubjectOf(share: { readonly id: number; readonly passwordHash: string }): string {
  return `share ${share.id} ${share.passwordHash}`
}

async function check(
  context: ReadingContext,
  share: { readonly id: number; readonly passwordHash: string },
  { password, from }: Presented,
): Promise<Checked> {
  const { store, proofs } = context
  const { address } = from
  const left = from.left()
  left.throwIfAborted()
  const counted = triesFrom(from, VISITOR_TRIES, NETWORK_MULTIPLES, (network) =>
    visitorTries(share.id, network),
  )
  const ofShare = `share ${share.id}`
  const usedUpUntil = await findUsedUp(store, counted.slice(1), context.now())
  if (usedUpUntil !== undefined) return usedUp(usedUpUntil - context.now())
  const level = await findLaneLevel(store, ofShare, SHARE_LANE.freePerMinute, context.now())
  const device = knownDevice(from.device, deviceSubjectOf(share), store.secret)
  const lane = { subject: ofShare, pace: SHARE_LANE, device }
  const pass = level > SHARE_LANE.freePerMinute ? await passLane(context, lane, from) : undefined
  if (pass && !pass.isPassed) return usedUp(SHARE_LANE.slowIntervalMs)
  if (!(await takeTries(store, counted, context.now()))) return usedUp(VISITOR_TRIES.windowMs)

  // Only wrong passwords stay counted, not those that a busy server couldn't check.
  let isWrong = false
  const trier = { address, device }
  try {
    for (const reading of password.readings()) {
      if (await context.hasher.verify(share.passwordHash, normalisePassword(reading), trier, left)) {
        proofs.add(address, share.passwordHash, password.text)
        return { proof: 'proved' }
      }
    }
    isWrong = true
  } finally {
    if (!isWrong) {
      await giveTriesBack(store, counted)
      await pass?.giveBack()
    }
  }
  await raiseLane(store, ofShare, SHARE_LANE.freePerMinute, context.now())
  return { proof: 'wrong' }
}

function usedUp(afterMs: number): Checked {
  return { proof: 'tries-used-up', retryAfterSeconds: wholeSeconds(afterMs) }
}
