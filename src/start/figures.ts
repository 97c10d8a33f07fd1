import type { StoreState } from '../storage/dialects/dialect.ts'
import type { Store } from '../storage/store.ts'

/** A number of the service that operators watch. */
export interface Figure {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  /** how the numbers of several processes become one: counters are summed */
  readonly together?: 'sum' | 'max' | 'first'
  /** none where it can't be known */
  read(this: void): FigureValue[] | Promise<FigureValue[]>
}

export interface FigureValue {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** The numbers of the store. @param examine the store, as it was a moment ago */
export function storeFigures(store: Store, examine: () => Promise<StoreState>): Figure[] {
  const ofPools = (pick: (pool: ReturnType<Store['pools']>[number]) => number) => (): FigureValue[] =>
    store.pools().map((pool) => ({ labels: { pool: pool.name }, value: pick(pool) }))
  return [
    {
      name: 'neptun_store_pool_connections',
      help: 'Connections to the database',
      type: 'gauge',
      read: ofPools(({ connections }) => connections),
    },
    {
      name: 'neptun_store_pool_waiting',
      help: 'Requests that wait for a connection',
      type: 'gauge',
      read: ofPools(({ waiting }) => waiting),
    },
    {
      name: 'neptun_store_pool_unanswered',
      help: 'Connections whose commit the database has not answered in time',
      type: 'gauge',
      read: ofPools(({ held }) => held),
    },
    {
      name: 'neptun_store_pool_waits_total',
      help: 'How often a connection was waited for',
      type: 'counter',
      read: ofPools(({ waits }) => waits),
    },
    {
      name: 'neptun_store_pool_wait_seconds_total',
      help: 'How long connections were waited for, altogether',
      type: 'counter',
      read: ofPools(({ waitedSeconds }) => waitedSeconds),
    },
    {
      name: 'neptun_store_bytes',
      help: 'Size of the database and of its log, and what its disk has left',
      type: 'gauge',
      together: 'max',
      async read() {
        const { sizes } = await examine()
        return Object.entries(sizes).flatMap(([of, value]) =>
          value === undefined ? [] : [{ labels: { of }, value }],
        )
      },
    },
    {
      name: 'neptun_store_clock_ahead_seconds',
      help: "By how much the database's clock is ahead of this machine's",
      type: 'gauge',
      together: 'max',
      read: async () => [{ value: (await examine()).clockAheadMs / 1000 }],
    },
  ]
}
