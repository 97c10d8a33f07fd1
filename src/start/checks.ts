import type { StoreState } from '../storage/dialects/dialect.ts'

const MOST_SKEW_MS = 3000

/** Something that an operator is told of, in `/readyz` and in the log, while requests are still answered. */
export interface Check {
  readonly name: string
  /** @returns a sentence about what is wrong; undefined when nothing is */
  look(this: void): string | undefined | Promise<string | undefined>
}

/** @param examine the store, as it was a moment ago */
export function storeChecks(examine: () => Promise<StoreState>): Check[] {
  return [
    { name: 'writes', look: async () => (await examine()).writesWait },
    {
      name: 'clock',
      async look() {
        const { clockAheadMs } = await examine()
        if (Math.abs(clockAheadMs) <= MOST_SKEW_MS) return undefined
        const seconds = Math.round(Math.abs(clockAheadMs) / 1000)
        const which = clockAheadMs > 0 ? 'behind' : 'ahead of'
        return `This machine's clock is ${seconds} seconds ${which} the database's. Its time is used; set the clock right.`
      },
    },
  ]
}
