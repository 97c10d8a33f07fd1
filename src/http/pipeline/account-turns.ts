import { createFairQueue } from '../../concurrency/fair-queue.ts'
import type { RoomInMemory } from '../../concurrency/room-in-memory.ts'
import type { Endpoint } from './endpoint.ts'

export interface AccountTurns {
  /**
   * Runs a request of an account, when its turn comes.
   *
   * @throws QueueFull when an account has too many waiting
   */
  run<T>(endpoint: Endpoint, userId: number, work: () => T | Promise<T>): Promise<T>
  /** The same for one with a large body, which is read when its turn has come. */
  runLarge<T>(endpoint: Endpoint, userId: number, work: () => T | Promise<T>): Promise<T>
  /** whether others wait for those with large bodies */
  areOthersWaiting(this: void): boolean
}

/**
 * Only so many requests of one account are under way at a time, and fewer of those that read or write whole chats: an
 * account that asks for much waits for itself, not others for it.
 */
export function createAccountTurns(room: RoomInMemory): AccountTurns {
  const light = createFairQueue({ atOnce: 256, atOncePerKey: 8, waiting: 4096, waitingPerKey: 128 })
  const heavy = createFairQueue({ atOnce: 6, atOncePerKey: 2, waiting: 512, waitingPerKey: 32 })
  const large = createFairQueue({ atOnce: 2, atOncePerKey: 1, waiting: 256, waitingPerKey: 32 })
  const run: AccountTurns['run'] = (endpoint, userId, work) =>
    endpoint.isHeavy
      ? heavy.run(`user ${userId}`, () => room.make().then(work))
      : light.run(`user ${userId}`, work)
  return {
    run,
    runLarge: (endpoint, userId, work) =>
      large.run(`user ${userId}`, () => room.make().then(() => run(endpoint, userId, work))),
    areOthersWaiting: () => large.isCrowded,
  }
}
