import { type Static, Type } from 'typebox'
import type { Context } from '../../actions/context.ts'
import type { Check } from '../../start/checks.ts'
import { ApiError } from '../../contract/common.ts'
import { Health, Liveness, Readiness } from '../../contract/service.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { errorBody } from '../pipeline/error-body.ts'
import { isoTime } from '../output/present.ts'
import { VERSION } from '../../version.ts'

const shared = { method: 'GET', tag: 'Service' } as const

export const healthEndpoint = endpoint({
  ...shared,
  path: '/health',
  access: 'anyone',
  summary: 'Whether the server and its store answer',
  answers: {
    200: { description: 'They do', schema: Health },
    503: { description: "The store doesn't answer, or the server is stopping", schema: ApiError },
  },
  async handle(_asked, context, settings) {
    const facts = { timestamp: isoTime(context.now()), uptime: process.uptime(), version: VERSION }
    const store = await checkStore(context, settings)
    const [failing] = [store, ...leaving(settings)].filter(({ status }) => status === 'failing')
    if (!failing) return { body: { status: 'healthy', ...facts } }
    const body = errorBody('plain', { status: 503, message: failing.message ?? '' })
    return {
      status: 503,
      body: { ...body, status: 'unavailable', ...facts },
      headers: { 'retry-after': '1' },
    }
  },
})

export const livezEndpoint = endpoint({
  ...shared,
  path: '/livez',
  access: 'anyone',
  summary: 'Whether the process answers, whatever the store does',
  answers: { 200: { description: 'It does', schema: Liveness } },
  handle: () => ({ body: { status: 'live' } }),
})

type ReadinessCheck = Static<typeof Readiness>['checks'][number]

export const readyzEndpoint = endpoint({
  ...shared,
  path: '/readyz',
  access: 'anyone',
  summary: 'Whether requests should be sent here, and what the operator should look at',
  answers: {
    200: { description: 'They should', schema: Readiness },
    503: { description: 'They should not: a check fails', schema: Readiness },
  },
  async handle(_asked, context, settings) {
    const looks = [checkStore(context, settings), ...settings.checks.map(noticeOf)]
    const checks = [...leaving(settings), ...(await Promise.all(looks))]
    if (checks.every(({ status }) => status !== 'failing')) return { body: { status: 'ready', checks } }
    return { status: 503, body: { status: 'unavailable', checks }, headers: { 'retry-after': '1' } }
  },
})

/** What has to be right for requests to be sent here. */
async function checkStore(context: Context, settings: HttpSettings): Promise<ReadinessCheck> {
  try {
    await context.store.ping()
    return { name: 'store', status: 'ok' }
  } catch (error) {
    settings.logError(error, 'The store does not answer')
    return { name: 'store', status: 'failing', message: 'The store does not answer.' }
  }
}

/** Whoever asks here, such as a proxy, sends requests to other servers from now on. */
function leaving(settings: HttpSettings): ReadinessCheck[] {
  if (!settings.isLeaving()) return []
  return [{ name: 'leaving', status: 'failing', message: 'The server is stopping.' }]
}

/** What the operator should look at; requests are answered all the same. */
async function noticeOf({ name, look }: Check): Promise<ReadinessCheck> {
  const message = await Promise.resolve(look()).catch(() => undefined)
  return message === undefined ? { name, status: 'ok' } : { name, status: 'warning', message }
}

export const metricsEndpoint = endpoint({
  ...shared,
  path: '/metrics',
  access: 'operator',
  summary: 'Metrics for Prometheus',
  description: 'For the user of this machine, or with `Authorization: Bearer METRICS_TOKEN`.',
  answers: {
    200: { description: 'Metrics', schema: Type.String(), contentType: 'text/plain' },
    404: { description: 'Not for you', schema: ApiError },
  },
  async handle(_asked, _context, settings) {
    const { text, contentType } = await settings.metrics()
    return { body: text, headers: { 'content-type': contentType } }
  },
})
