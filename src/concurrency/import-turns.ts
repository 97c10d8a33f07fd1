import { Refusal } from '../actions/refusal.ts'

const AT_ONCE = 3
const LONGEST_WAIT_MS = 60_000

/** Lets imports, and likewise copies, take turns: what one holds in memory is bounded, so their number has to be too. */
export interface ImportTurns {
  /**
   * Waits for a turn; whoever gets it gives it back. One user has one at a time.
   *
   * @throws Refusal when none is free within a minute
   */
  take(userId: number): Promise<() => void>
}

export function createImportTurns(): ImportTurns {
  const running = new Set<number>()
  const waiting: { userId: number; begin: () => void }[] = []

  function beginNext(): void {
    const next = running.size < AT_ONCE ? waiting.findIndex(({ userId }) => !running.has(userId)) : -1
    for (const { userId, begin } of next === -1 ? [] : waiting.splice(next, 1)) {
      running.add(userId)
      begin()
    }
  }

  return {
    take(userId) {
      return new Promise((resolve, reject) => {
        const giveBack = (): void => {
          running.delete(userId)
          beginNext()
        }
        const giveUp = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(new Refusal({ code: 'busy-importing' }))
        }, LONGEST_WAIT_MS)
        const begin = (): void => {
          clearTimeout(giveUp)
          resolve(giveBack)
        }
        const waiter = { userId, begin }
        waiting.push(waiter)
        beginNext()
      })
    },
  }
}
