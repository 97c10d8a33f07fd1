import { LRUCache } from 'lru-cache'
import type { Usage } from '../storage/queries/usage.ts'

const MiB = 1024 * 1024

/** Of an account that is far from its limits, a process takes so small a part before it looks again: others take some too. */
const PART = 16
/** No account comes from far to near its limits in this time, whoever else writes. */
const FORGET_AFTER_MS = 10_000
/** So much of a limit is near, and half of it at least. */
const NEAR: Usage = { bytes: 256 * MiB, chats: 100, shares: 100 }
const MOST_ACCOUNTS = 10_000

export type Added = Readonly<Partial<Usage>>

/**
 * How much accounts may surely store before what they have is summed up again: that takes milliseconds where there are
 * thousands of chats, and most are far from their limits. Near a limit nothing is sure, and each write is looked at, one at a
 * time.
 */
export interface KnownRoom {
  /** Takes so much of an account's room; false when it isn't known to be there. */
  take(userId: number, added: Added): boolean
  /** @param limits 0 where there is none */
  learn(userId: number, used: Usage, limits: Usage): void
}

export function createKnownRoom(): KnownRoom {
  const rooms = new LRUCache<number, Usage>({ max: MOST_ACCOUNTS, ttl: FORGET_AFTER_MS })

  return {
    take(userId, added) {
      const room = rooms.get(userId)
      if (!room) return false
      const left = minus(room, added)
      if (left.bytes < 0 || left.chats < 0 || left.shares < 0) return false
      rooms.set(userId, left, { noUpdateTTL: true })
      return true
    },
    learn(userId, used, limits) {
      const part = (what: keyof Usage): number => farPart(used[what], limits[what], NEAR[what])
      rooms.set(userId, { bytes: part('bytes'), chats: part('chats'), shares: part('shares') })
    },
  }
}

function farPart(used: number, limit: number, near: number): number {
  if (limit === 0) return Infinity
  return Math.max(0, limit - Math.max(near, limit / 2) - used) / PART
}

function minus(room: Usage, { bytes = 0, chats = 0, shares = 0 }: Added): Usage {
  return { bytes: room.bytes - bytes, chats: room.chats - chats, shares: room.shares - shares }
}
