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

const MOST_GATHERED = 128

interface AnsweredRequest {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export function createMetrics(): Metrics {
  let gathered: AnsweredRequest[] = []
  // One after the other they take a third of the time that each takes in the middle of something else.
  function countGathered(): void {
    for (const { method, route, status, seconds } of gathered) {
      requests.inc({ method, route, status })
      durations.observe({ route }, seconds)
    }
    gathered = []
  }

  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'neptun_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect: countGathered,
  })
  const durations = new Histogram({
    name: 'neptun_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['route'],
    collect: countGathered,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  const outcomes = new Counter({
    name: 'neptun_share_outcomes_total',
    help: 'What people who opened a share met: shown, asked, refused, inactive, missing, limited',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of new Set(Object.values(OUTCOMES))) outcomes.inc({ outcome }, 0)

  const readAll = cluster.isWorker ? shareMetrics(registry) : () => registry.metrics()
  return {
    countRequest(method, route, status, seconds) {
      gathered.push({ method, route, status, seconds })
      if (gathered.length >= MOST_GATHERED) countGathered()
    },
    countOutcome(outcome) {
      outcomes.inc({ outcome: OUTCOMES[outcome] })
    },
    read: async () => ({ text: await readAll(), contentType: registry.contentType }),
  }
}
