import type { Logger } from 'pino'
import type { StoreState } from '../storage/dialects/dialect.ts'
import type { Store } from '../storage/store.ts'
import { type Check, storeChecks } from './checks.ts'
import { type Figure, storeFigures } from './figures.ts'
import type { StoreClock } from './store-clock.ts'

const EVERY_MS = 10_000
/** Whoever asks again so soon gets the same. */
const SAME_FOR_MS = 1000

/** What there is to see of the running service. */
export interface Watch {
  readonly checks: readonly Check[]
  readonly figures: readonly Figure[]
  /** Resolves once it has looked for the first time. */
  start(): Promise<void>
  stop(): void
}

/**
 * Looks after the service from time to time: follows the store's clock, and logs what begins and ends to be wrong.
 *
 * @param own checks and figures of the process itself
 */
export function watchService(
  store: Store,
  clock: StoreClock,
  log: Logger,
  own: { readonly checks: readonly Check[]; readonly figures: readonly Figure[] },
): Watch {
  let examined: { readonly at: number; readonly state: Promise<StoreState> } | undefined

  function examine(): Promise<StoreState> {
    if (examined && performance.now() - examined.at < SAME_FOR_MS) return examined.state
    const state = store.examine()
    examined = { at: performance.now(), state }
    return state
  }

  const checks = [...storeChecks(examine), ...own.checks]
  /** what is wrong, by the check's name */
  const known = new Map<string, string>()

  async function look(): Promise<void> {
    // Where the store doesn't answer, requests fail, and that is logged.
    const state = await examine().catch(() => undefined)
    if (!state) return
    clock.follow(Date.now() + state.clockAheadMs)
    for (const { name, look: lookAt } of checks) {
      const problem = await Promise.resolve(lookAt()).catch(() => undefined)
      if (problem !== undefined && !known.has(name)) log.warn({ check: name }, problem)
      if (problem === undefined && known.delete(name)) log.info({ check: name }, 'This is right again')
      if (problem !== undefined) known.set(name, problem)
    }
  }

  let timer: NodeJS.Timeout | undefined
  return {
    async start() {
      await look()
      timer = setInterval(() => void look(), EVERY_MS).unref()
    },
    checks,
    figures: [...storeFigures(store, examine), ...own.figures],
    stop: () => clearInterval(timer),
  }
}
