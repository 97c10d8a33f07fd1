import { setTimeout as sleep } from 'node:timers/promises'
import { type Store } from '../storage/store.ts'
import { takeSlot } from '../storage/tries.ts'

const LONGEST_QUEUE = 1000

/** How fast a slowed lane moves, and how long one waits in it. */
export interface LanePace {
  readonly slowIntervalMs: number
  readonly longestWaitMs: number
}

/** Slows tries without locking anyone out. */
export interface FairLanes {
  /** Waits for the subject's turn; false when it doesn't come in time. */
  pass(subject: string, visitor: string, pace: LanePace): Promise<boolean>
}

interface Waiter {
  readonly visitor: string
  readonly deadline: number
  readonly resolve: (passed: boolean) => void
}

interface Lane {
  readonly waiting: Waiter[]
  /** when each visitor last passed: who passed longest ago, or never, goes first */
  readonly passedAt: Map<string, number>
}

/**
 * Lanes whose slots are shared by all processes through the store, and handed out here fairly: a flood of tries
 * from one visitor, or from many, doesn't push out the one who comes along with the right password.
 */
export function createFairLanes(store: Store, now: () => number): FairLanes {
  const lanes = new Map<string, Lane>()

  return {
    async pass(subject, visitor, pace) {
      const running = lanes.get(subject)
      const lane: Lane = running ?? { waiting: [], passedAt: new Map() }
      if (lane.waiting.length >= LONGEST_QUEUE) return false
      const turn = new Promise<boolean>((resolve) => {
        lane.waiting.push({ visitor, deadline: now() + pace.longestWaitMs, resolve })
      })
      if (!running) {
        lanes.set(subject, lane)
        await Promise.race([turn, serve(subject, lane, pace)])
      }
      return turn
    },
  }

  async function serve(subject: string, lane: Lane, pace: LanePace): Promise<void> {
    try {
      while (lane.waiting.length > 0) {
        const wait = await takeSlot(
          store,
          subject,
          { intervalMs: pace.slowIntervalMs, longestWaitMs: pace.longestWaitMs },
          now(),
        )
        await sleep(wait ?? pace.slowIntervalMs)
        dismissLate(lane)
        if (wait !== undefined) admitOne(lane)
      }
    } finally {
      lanes.delete(subject)
      for (const { resolve } of lane.waiting) resolve(false)
    }
  }

  function dismissLate(lane: Lane): void {
    const time = now()
    while (lane.waiting[0] && lane.waiting[0].deadline < time) lane.waiting.shift()?.resolve(false)
  }

  function admitOne(lane: Lane): void {
    let first = 0
    for (const [index, waiter] of lane.waiting.entries()) {
      const best = lane.waiting[first]
      if (best && passedAt(lane, waiter) < passedAt(lane, best)) first = index
    }
    const [admitted] = lane.waiting.splice(first, 1)
    if (!admitted) return
    lane.passedAt.set(admitted.visitor, now())
    admitted.resolve(true)
  }

  function passedAt(lane: Lane, waiter: Waiter): number {
    return lane.passedAt.get(waiter.visitor) ?? 0
  }
}
