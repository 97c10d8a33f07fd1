import { Type } from 'typebox'
import { ApiError } from '../../contract/common.ts'
import { Health, Readiness } from '../../contract/service.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { errorBody } from '../pipeline/error-body.ts'
import { isoTime } from '../output/present.ts'

const shared = { method: 'GET', tag: 'Service' } as const

export const healthEndpoint = endpoint({
  ...shared,
  path: '/health',
  access: 'anyone',
  summary: 'Whether the server and its store answer',
  answers: {
    200: { description: 'They do', schema: Health },
    503: { description: "The store doesn't answer", schema: ApiError },
  },
  async handle(_asked, context, settings) {
    const timestamp = isoTime(context.now())
    try {
      await context.store.ping()
      return { body: { status: 'healthy', timestamp, uptime: process.uptime() } }
    } catch (error) {
      settings.logError(error, 'The store does not answer')
      const body = errorBody('plain', { status: 503, message: 'The store does not answer.' })
      return {
        status: 503,
        body: { ...body, status: 'unavailable', timestamp, uptime: process.uptime() },
        headers: { 'retry-after': '1' },
      }
    }
  },
})

export const readinessEndpoint = endpoint({
  ...shared,
  path: '/readyz',
  access: 'anyone',
  summary: 'Whether requests are answered, and what is wrong while they are',
  answers: {
    200: { description: 'They are; `degraded` where something needs a look', schema: Readiness },
    503: { description: 'The store does not answer', schema: Readiness },
  },
  async handle(_asked, context, settings) {
    const store = await context.store.ping().then(
      () => 'ok',
      () => 'The store does not answer.',
    )
    const checks: Record<string, string> = { store }
    for (const { name, look } of settings.checks) {
      checks[name] = (await Promise.resolve(look()).catch(() => undefined)) ?? 'ok'
    }
    const isFine = Object.values(checks).every((problem) => problem === 'ok')
    if (store === 'ok') return { body: { status: isFine ? 'ready' : 'degraded', checks } }
    return { status: 503, body: { status: 'unavailable', checks }, headers: { 'retry-after': '1' } }
  },
})

export const metricsEndpoint = endpoint({
  ...shared,
  path: '/metrics',
  access: 'operator',
  summary: 'Metrics for Prometheus',
  description: 'For this machine, or with `Authorization: Bearer METRICS_TOKEN`.',
  answers: {
    200: { description: 'Metrics', schema: Type.String(), contentType: 'text/plain' },
    404: { description: 'Not for you', schema: ApiError },
  },
  async handle(_asked, _context, settings) {
    const { text, contentType } = await settings.metrics()
    return { body: text, headers: { 'content-type': contentType } }
  },
})
