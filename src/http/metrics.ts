import cluster from 'node:cluster'
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Outcome } from '../sharing/who-may-view.ts'
import { shareMetrics } from '../workers/shared-metrics.ts'

/** What operators watch. Labels never carry what a visitor sent: routes are patterns. */
export interface Metrics {
  countRequest(method: string, route: string, status: number, seconds: number): void
  countOutcome(outcome: Outcome): void
  /** of all workers, where there are several */
  read(): Promise<{ text: string; contentType: string }>
}

const OUTCOMES: Record<Outcome, string> = {
  show: 'shown',
  'ask-password': 'asked',
  'ask-sign-in': 'asked',
  'not-listed': 'refused',
  inactive: 'inactive',
  'not-found': 'missing',
  'too-many-tries': 'limited',
}

const MOST_GATHERED = 256

/** The requests of one method and route. */
interface RequestSeries {
  readonly statuses: Map<number, { count: number }>
  readonly seconds: Float64Array
  gathered: number
}

export function createMetrics(): Metrics {
  const series = new Map<string, Map<string, RequestSeries>>()

  function seriesOf(method: string, route: string): RequestSeries {
    const ofRoute = series.get(route) ?? new Map<string, RequestSeries>()
    series.set(route, ofRoute)
    const found = ofRoute.get(method)
    if (found) return found
    const added = { statuses: new Map(), seconds: new Float64Array(MOST_GATHERED), gathered: 0 }
    ofRoute.set(method, added)
    return added
  }

  // One after the other they take a third of the time that each takes in the middle of something else.
  function handOver(method: string, route: string, { statuses, seconds, gathered }: RequestSeries): void {
    for (const [status, sum] of statuses) {
      if (sum.count > 0) requests.inc({ method, route, status }, sum.count)
      sum.count = 0
    }
    const ofRoute = durations.labels({ route })
    for (let index = 0; index < gathered; index++) ofRoute.observe(seconds[index] ?? 0)
  }

  function handOverAll(): void {
    for (const [route, ofRoute] of series) {
      for (const [method, one] of ofRoute) {
        handOver(method, route, one)
        one.gathered = 0
      }
    }
  }

  const met = new Map<Outcome, number>()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'neptun_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect: handOverAll,
  })
  const durations = new Histogram({
    name: 'neptun_http_request_duration_seconds',
    help: 'Time until an answer was handed over',
    labelNames: ['route'],
    collect: handOverAll,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
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

  const readAll = cluster.isWorker ? shareMetrics(registry) : () => registry.metrics()
  return {
    countRequest(method, route, status, seconds) {
      const one = seriesOf(method, route)
      const sum = one.statuses.get(status)
      if (sum) sum.count += 1
      else one.statuses.set(status, { count: 1 })
      one.seconds[one.gathered++] = seconds
      if (one.gathered < MOST_GATHERED) return
      handOver(method, route, one)
      one.gathered = 0
    },
    countOutcome(outcome) {
      met.set(outcome, (met.get(outcome) ?? 0) + 1)
    },
    read: async () => ({ text: await readAll(), contentType: registry.contentType }),
  }
}
