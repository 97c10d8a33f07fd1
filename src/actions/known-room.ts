import { LRUCache } from 'lru-cache'
import type { Usage } from '../storage/queries/usage.ts'

/** Of an account that has room left, a process takes so small a part before it looks again: others take some too. */
const PART = 16
const FORGET_AFTER_MS = 60_000
const MOST_ACCOUNTS = 10_000

export type Added = Readonly<Partial<Usage>>

/**
 * How much accounts may surely store before what they have is summed up again: that takes milliseconds where there are
 * thousands of chats, and most are far from their limits. Near a limit nothing is sure, and each write is looked at.
 */
export interface KnownRoom {
  /** Takes so much of an account's room; false when it isn't known to be there. */
  take(userId: number, added: Added): boolean
  /** @param free what is left of each limit; Infinity where there is none */
  learn(userId: number, free: Usage): void
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
    learn(userId, { bytes, chats, shares }) {
      rooms.set(userId, { bytes: bytes / PART, chats: chats / PART, shares: shares / PART })
    },
  }
}

function minus(room: Usage, { bytes = 0, chats = 0, shares = 0 }: Added): Usage {
  return { bytes: room.bytes - bytes, chats: room.chats - chats, shares: room.shares - shares }
}
