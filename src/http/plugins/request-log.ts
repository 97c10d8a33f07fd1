import type { FastifyInstance } from 'fastify'
import type { AnsweredRequest } from '../../start/log.ts'
import type { Metrics } from '../pipeline/metrics.ts'

/** Told of each request once it is answered. */
export type RecordRequest = (answered: AnsweredRequest) => void

/**
 * One line and one count a request. The route's pattern stands for the URL, which names shares; bodies, cookies
 * and addresses stay out.
 */
export function createRequestRecord(metrics: Metrics, logRequest: RecordRequest): RecordRequest {
  return (answered) => {
    metrics.countRequest(answered.method, answered.route, answered.status, answered.ms / 1000)
    logRequest(answered)
  }
}

export function recordRequests(app: FastifyInstance, record: RecordRequest): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const { statusCode: status, elapsedTime: ms } = reply
    record({ id: request.id, method: request.method, route, status, ms })
    done()
  })
}
