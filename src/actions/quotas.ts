import { wholeSeconds } from '../sharing/limits.ts'
import { findTries, takeTry } from '../storage/queries/tries.ts'
import { findUsage } from '../storage/queries/usage.ts'
import type { Queries } from '../storage/store.ts'
import type { Context } from './context.ts'
import type { Added } from './known-room.ts'
import { Refusal } from './refusal.ts'

/** What one account may have and do; 0 is no limit. */
export interface Quotas {
  /** of texts, in chats and snapshots, and of files */
  readonly bytes: number
  readonly chats: number
  readonly shares: number
  /** in an hour */
  readonly copies: number
  readonly snapshots: number
  readonly imports: number
}

const HOUR_MS = 60 * 60 * 1000
const MiB = 1024 * 1024

/**
 * Refuses what would be more than the account may have.
 *
 * @param added how many bytes, chats and shares are about to be stored
 * @throws Refusal that says which limit, and how much is used
 */
export async function checkQuota(
  { policy, knownRoom }: Pick<Context, 'policy' | 'knownRoom'>,
  trx: Queries,
  userId: number,
  added: Added,
): Promise<void> {
  const { bytes, chats, shares } = policy.quotas
  if (bytes === 0 && chats === 0 && shares === 0) return
  if (knownRoom.take(userId, added)) return
  const used = await findUsage(trx, userId)
  if (exceeds(bytes, used.bytes, added.bytes)) {
    const mebibytes = (count: number): string => `${Math.ceil(count / MiB)} MiB`
    throw overQuota(
      `Your account may store ${mebibytes(bytes)} of text and files, and has ${mebibytes(used.bytes)}. Delete chats to make room.`,
    )
  }
  if (exceeds(chats, used.chats, added.chats)) {
    throw overQuota(`Your account may have ${chats} chats and has ${used.chats}. Delete some to make room.`)
  }
  if (exceeds(shares, used.shares, added.shares)) {
    throw overQuota(`Your account may have ${shares} links and has ${used.shares}. Delete some to make room.`)
  }
  knownRoom.learn(userId, {
    bytes: left(bytes, used.bytes, added.bytes),
    chats: left(chats, used.chats, added.chats),
    shares: left(shares, used.shares, added.shares),
  })
}

function left(limit: number, present: number, more = 0): number {
  return limit > 0 ? Math.max(0, limit - present - more) : Infinity
}

function exceeds(limit: number, present: number, more = 0): boolean {
  return limit > 0 && more > 0 && present + more > limit
}

function overQuota(message: string): Refusal {
  return new Refusal({ code: 'too-large', message })
}

/**
 * Counts what an account may do only so often in an hour.
 *
 * @throws Refusal that says how often, and when again
 */
export async function countHourly(
  { store, now, policy }: Pick<Context, 'store' | 'now' | 'policy'>,
  userId: number,
  what: 'copies' | 'snapshots' | 'imports',
): Promise<void> {
  const limit = policy.quotas[what]
  if (limit === 0) return
  const subject = `${what} of user ${userId}`
  const hourly = { limit, windowMs: HOUR_MS }
  if (await takeTry(store, subject, hourly, now())) return
  const { expiresAt } = await findTries(store, subject, hourly, now())
  const retryAfterSeconds = wholeSeconds(expiresAt - now())
  const message = `An account may make ${limit} ${what} in an hour. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`
  throw new Refusal({ code: 'too-often', message, retryAfterSeconds })
}
