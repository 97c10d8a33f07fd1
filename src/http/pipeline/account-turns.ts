import { createFairQueue } from '../../concurrency/fair-queue.ts'
import type { Endpoint } from './endpoint.ts'

/** Runs a request of an account, when its turn comes. */
export type InTurn = <T>(endpoint: Endpoint, userId: number, run: () => T | Promise<T>) => Promise<T>

/**
 * Only so many requests of one account are under way at a time, and fewer of those that read or write whole chats: an
 * account that asks for much waits for itself, not others for it.
 *
 * @throws QueueFull (what it returns) when an account has too many waiting
 */
export function createAccountTurns(): InTurn {
  const light = createFairQueue({ atOnce: 256, atOncePerKey: 8, waiting: 4096, waitingPerKey: 128 })
  const heavy = createFairQueue({ atOnce: 8, atOncePerKey: 2, waiting: 512, waitingPerKey: 32 })
  return (endpoint, userId, run) => (endpoint.isHeavy ? heavy : light).run(`user ${userId}`, run)
}
