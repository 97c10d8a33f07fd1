import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'

/**
 * One line and one count a request. The route's pattern stands for the URL, which names shares; bodies, cookies
 * and addresses stay out.
 */
export function logRequests(app: FastifyInstance, metrics: Metrics, log: FastifyBaseLogger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const { statusCode, elapsedTime } = reply
    metrics.countRequest(request.method, route, statusCode, elapsedTime / 1000)
    const ms = Math.round(elapsedTime * 100) / 100
    log.info({ id: request.id, method: request.method, route, status: statusCode, ms }, 'request')
    done()
  })
}
