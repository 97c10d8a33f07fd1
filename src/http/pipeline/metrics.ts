import cluster from 'node:cluster'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Outcome } from '../../sharing/who-may-view.ts'
import type { Figure } from '../../start/figures.ts'
import { shareMetrics } from '../../start/shared-metrics.ts'
import { VERSION } from '../../version.ts'

/** What operators watch. Labels never carry what a visitor sent: routes are patterns. */
export interface Metrics {
  countRequest(method: string, route: string, status: number, seconds: number): void
  countOutcome(outcome: Outcome): void
  noticeUnknownProxy(): void
  /** @param cause of few */
  countStoreError(cause: string): void
  /** of all workers, where there are several */
  read(): Promise<{ text: string; contentType: string }>
}

const OUTCOMES: Record<Outcome, string> = {
  show: 'shown',
  'ask-password': 'asked',
  'ask-sign-in': 'asked',
  'confirm-email': 'refused',
  'not-listed': 'refused',
  inactive: 'inactive',
  'not-found': 'missing',
  'too-many-tries': 'limited',
}

/** Upper bounds in seconds; what takes longer than the last counts in the one without a bound. */
const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

/** How long the requests of one route took. */
interface Durations {
  /** how many fell between the bound before and each bound */
  readonly counts: number[]
  seconds: number
}

/** The requests of one route, by method. */
interface RouteSeries {
  readonly durations: Durations
  readonly methods: Map<string, Map<number, { count: number }>>
}

const DURATIONS = 'neptun_http_request_duration_seconds'

const HELP = 'Time until an answer was handed over'

/**
 * A histogram that is summed elsewhere: `observe` costs as much as logging a request does. What it overrides is what
 * prom-client makes all of a metric's forms from.
 */
class RequestDurations extends Histogram {
  readonly #series: ReadonlyMap<string, RouteSeries>

  constructor(series: ReadonlyMap<string, RouteSeries>) {
    super({ name: DURATIONS, help: HELP, labelNames: ['route'], buckets: BUCKETS, registers: [] })
    this.#series = series
  }

  async getForPromString() {
    const values = [...this.#series].flatMap(([route, { durations }]) => histogramOf(route, durations))
    return { name: DURATIONS, help: HELP, type: 'histogram', aggregator: 'sum', values }
  }
}

function histogramOf(route: string, { counts, seconds }: Durations) {
  const sharedLabels = { route }
  let sum = 0
  const buckets = counts.map((count, index) => {
    sum += count
    return {
      metricName: `${DURATIONS}_bucket`,
      labels: { le: BUCKETS[index] ?? '+Inf' },
      sharedLabels,
      value: sum,
    }
  })
  return [
    ...buckets,
    { metricName: `${DURATIONS}_sum`, labels: {}, sharedLabels, value: seconds },
    { metricName: `${DURATIONS}_count`, labels: {}, sharedLabels, value: sum },
  ]
}

/** Shows a number that somebody else counts. */
function show(figure: Figure, registry: Registry): void {
  const { name, help, type, together = 'sum' } = figure
  // Its labels are those that it is told with.
  const options = { name, help, labelNames: ['pool', 'of', 'cause'], registers: [registry] }
  if (type === 'counter') {
    const counter: Counter = new Counter({
      ...options,
      async collect() {
        const values = await figure.read()
        counter.reset()
        for (const { labels = {}, value } of values) counter.inc(labels, value)
      },
    })
  } else {
    const gauge: Gauge = new Gauge({
      ...options,
      aggregator: together,
      async collect() {
        // What can't be known now isn't told.
        const values = await Promise.resolve(figure.read()).catch(() => [])
        gauge.reset()
        for (const { labels = {}, value } of values) gauge.set(labels, value)
      },
    })
  }
}

/** @param figures numbers that others count */
export function createMetrics(figures: readonly Figure[]): Metrics {
  const series = new Map<string, RouteSeries>()

  function seriesOf(route: string): RouteSeries {
    const found = series.get(route)
    if (found) return found
    const added = { durations: { counts: Array(BUCKETS.length + 1).fill(0), seconds: 0 }, methods: new Map() }
    series.set(route, added)
    return added
  }

  const met = new Map<Outcome, number>()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  // Named like counters, which they aren't; the same is told by type without `_total`.
  for (const kind of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`nodejs_active_${kind}_total`)
  }
  for (const figure of figures) show(figure, registry)
  const requests = new Counter({
    name: 'neptun_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      for (const [route, { methods }] of series) {
        for (const [method, statuses] of methods) {
          for (const [status, sum] of statuses) {
            if (sum.count > 0) requests.inc({ method, route, status }, sum.count)
            sum.count = 0
          }
        }
      }
    },
  })
  registry.registerMetric(new RequestDurations(series))
  const outcomes = new Counter({
    name: 'neptun_share_outcomes_total',
    help: 'What people who opened a share met: shown, asked, refused, inactive, missing, limited',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      for (const [outcome, count] of met) outcomes.inc({ outcome: OUTCOMES[outcome] }, count)
      met.clear()
    },
  })
  for (const outcome of new Set(Object.values(OUTCOMES))) outcomes.inc({ outcome }, 0)

  const build = new Gauge({
    name: 'neptun_build_info',
    help: 'Always 1; its labels tell which version runs, and on which Node',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers: [registry],
  })
  build.set({ version: VERSION, node: process.versions.node }, 1)
  const unknownProxy = new Gauge({
    name: 'neptun_unknown_proxy',
    help: '1 since a request carried a forwarding header while TRUST_PROXY is unset',
    aggregator: 'max',
    registers: [registry],
  })
  unknownProxy.set(0)
  const storeErrors = new Counter({
    name: 'neptun_store_errors_total',
    help: 'Requests that the store could not serve, by cause',
    labelNames: ['cause'],
    registers: [registry],
  })

  const readAll = cluster.isWorker ? shareMetrics(registry) : () => registry.metrics()
  return {
    countRequest(method, route, status, seconds) {
      const { durations, methods } = seriesOf(route)
      let bucket = 0
      while (seconds > (BUCKETS[bucket] ?? Infinity)) bucket++
      durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1
      durations.seconds += seconds
      const statuses = methods.get(method) ?? new Map<number, { count: number }>()
      methods.set(method, statuses)
      const sum = statuses.get(status)
      if (sum) sum.count += 1
      else statuses.set(status, { count: 1 })
    },
    countOutcome(outcome) {
      met.set(outcome, (met.get(outcome) ?? 0) + 1)
    },
    noticeUnknownProxy: () => unknownProxy.set(1),
    countStoreError: (cause) => storeErrors.inc({ cause }),
    read: async () => ({ text: await readAll(), contentType: registry.contentType }),
  }
}
