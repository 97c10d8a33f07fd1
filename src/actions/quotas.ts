import { wholeSeconds } from '../sharing/limits.ts'
import { findTries, takeTry } from '../storage/queries/tries.ts'
import { findUsage, findUsageForChange, type Usage } from '../storage/queries/usage.ts'
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
 * Refuses what would be more than the account may have. Near a limit, who else stores for the account waits until the
 * transaction ends: of two who see the same room only one may take it.
 *
 * @param trx in which it is stored
 * @param added how many bytes, chats and shares are about to be stored
 * @throws Refusal that says which limit, and how much is used
 */
export async function checkQuota(
  { policy, knownRoom, store }: Pick<Context, 'policy' | 'knownRoom' | 'store'>,
  trx: Queries,
  userId: number,
  added: Added,
): Promise<void> {
  const { quotas } = policy
  if (quotas.bytes === 0 && quotas.chats === 0 && quotas.shares === 0) return
  if (knownRoom.take(userId, added)) return
  const used = await findUsageForChange(store, trx, userId)
  refuseMore(quotas, used, added)
  const total = {
    bytes: sum(used, added, 'bytes'),
    chats: sum(used, added, 'chats'),
    shares: sum(used, added, 'shares'),
  }
  knownRoom.learn(userId, total, quotas)
}

/** Refuses an account that has no room at all, before any work. @throws Refusal */
export async function checkAnyRoom(
  { policy, store }: Pick<Context, 'policy' | 'store'>,
  userId: number,
): Promise<void> {
  if (policy.quotas.bytes === 0) return
  refuseMore(policy.quotas, await findUsage(store.read, userId), { bytes: 1 })
}

function sum(used: Usage, added: Added, what: keyof Usage): number {
  return used[what] + (added[what] ?? 0)
}

function refuseMore({ bytes, chats, shares }: Quotas, used: Usage, added: Added): void {
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
