import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../storage/store.ts'
import { takeSlot } from '../storage/queries/tries.ts'

const LONGEST_QUEUE = 1000
const FORGET_AFTER_MS = 60_000
/** Visitors of a lane who are remembered: a flood from many addresses must not fill the memory. */
const MOST_REMEMBERED = 10_000

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
  /** how often this visitor has asked of late: who asked least goes first */
  readonly asked: number
  readonly deadline: number
  readonly resolve: (passed: boolean) => void
  readonly reject: (error: unknown) => void
}

interface Lane {
  readonly waiting: Waiter[]
  readonly asked: Map<string, number>
  isServed: boolean
}

/**
 * Lanes whose slots are shared by all processes through the store, and handed out here fairly between visitors:
 * who floods a lane stands behind who comes along with the right password.
 */
export function createFairLanes(store: Store, now: () => number): FairLanes {
  const lanes = new Map<string, Lane>()

  return {
    async pass(subject, visitor, pace) {
      const lane: Lane = lanes.get(subject) ?? { waiting: [], asked: new Map(), isServed: false }
      lanes.set(subject, lane)
      if (lane.waiting.length >= LONGEST_QUEUE) return false
      const asked = remember(lane.asked, visitor)
      const turn = new Promise<boolean>((resolve, reject) => {
        lane.waiting.push({ asked, deadline: now() + pace.longestWaitMs, resolve, reject })
      })
      if (!lane.isServed) await Promise.race([turn, serve(subject, lane, pace)])
      return turn
    },
  }

  async function serve(subject: string, lane: Lane, pace: LanePace): Promise<void> {
    lane.isServed = true
    try {
      while (lane.waiting.length > 0) {
        const slots = { intervalMs: pace.slowIntervalMs, longestWaitMs: pace.longestWaitMs }
        const wait = await takeSlot(store, subject, slots, now())
        await sleep(wait ?? pace.slowIntervalMs)
        dismissLate(lane)
        if (wait !== undefined) admitOne(lane)
      }
    } catch (error) {
      // They didn't try too often; the store can't be asked.
      for (const { reject } of lane.waiting.splice(0)) reject(error)
    } finally {
      lane.isServed = false
      setTimeout(() => {
        if (!lane.isServed && lanes.get(subject) === lane) lanes.delete(subject)
      }, FORGET_AFTER_MS).unref()
    }
  }

  function dismissLate(lane: Lane): void {
    const time = now()
    while (lane.waiting[0] && lane.waiting[0].deadline < time) lane.waiting.shift()?.resolve(false)
  }

  function admitOne({ waiting }: Lane): void {
    let first = 0
    for (const [index, waiter] of waiting.entries()) {
      const best = waiting[first]
      if (best && waiter.asked < best.asked) first = index
    }
    waiting.splice(first, 1)[0]?.resolve(true)
  }
}

/**
 * Counts that a visitor asks. Who asked longest ago is forgotten first; whoever floods the lane asks again soon.
 *
 * @returns how often they asked, this time included
 */
function remember(asked: Map<string, number>, visitor: string): number {
  const times = (asked.get(visitor) ?? 0) + 1
  asked.delete(visitor)
  asked.set(visitor, times)
  if (asked.size > MOST_REMEMBERED) asked.delete(asked.keys().next().value ?? visitor)
  return times
}
