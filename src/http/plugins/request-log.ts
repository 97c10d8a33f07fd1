import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'

/** A request that was answered. */
export interface AnsweredRequest {
  readonly id: string
  readonly method: string
  /** the route's pattern, which stands for the URL */
  readonly route: string
  readonly status: number
  /** milliseconds until the last byte was handed over */
  readonly elapsed: number
}

/**
 * One line and one count a request. The route's pattern stands for the URL, which names shares; bodies, cookies
 * and addresses stay out.
 */
export function createRequestLog(
  metrics: Metrics,
  log: FastifyBaseLogger,
): (answered: AnsweredRequest) => void {
  return ({ id, method, route, status, elapsed }) => {
    metrics.countRequest(method, route, status, elapsed / 1000)
    log.info({ id, method, route, status, ms: Math.round(elapsed * 100) / 100 }, 'request')
  }
}

export function logRequests(app: FastifyInstance, record: (answered: AnsweredRequest) => void): void {
  app.addHook('onResponse', (request, reply, done) => {
    record({
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      elapsed: reply.elapsedTime,
    })
    done()
  })
}
