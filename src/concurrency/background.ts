import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFairQueue, QueueFull } from './fair-queue.ts'

const LIMITS = { atOnce: 4, atOncePerKey: 1, waiting: 2000, waitingPerKey: 50 }
const LONGEST_PAUSE_MS = 150

/** Work that goes on after its request was answered, so that the answer doesn't tell by its time what the work was. */
export interface Background {
  /**
   * Does work a moment later; keys take turns. Where too much waits already, it isn't done.
   *
   * @param key whose work it is, such as an address
   */
  later(this: void, key: string, work: () => Promise<void>): void
  /** Resolves when all that was asked for is done; nothing pauses any more. */
  stop(this: void): Promise<void>
}

export function createBackground(onError: (error: unknown) => void): Background {
  const queue = createFairQueue(LIMITS)
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  return {
    later(key, work) {
      const running = queue
        .run(key, async () => {
          // Whoever asks something else at once shall not feel either that there is more to do.
          await sleep(1 + randomInt(LONGEST_PAUSE_MS), undefined, stopping).catch(() => undefined)
          await work()
        })
        .catch((error: unknown) => {
          if (!(error instanceof QueueFull)) onError(error)
        })
        .finally(() => underWay.delete(running))
      underWay.add(running)
    },
    async stop() {
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}
