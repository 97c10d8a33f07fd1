import { hash, timingSafeEqual } from 'node:crypto'
import proxyAddress from '@fastify/proxy-addr'
import type { Logger } from 'pino'
import type { Check } from '../../start/checks.ts'
import type { Config } from '../../start/config.ts'
import type { Outcome } from '../../sharing/who-may-view.ts'
import { cookie, SESSION_COOKIE } from './answer.ts'
import { type AddressOf, type AskedRequest, isFromThisMachine } from './asked.ts'
import type { Metrics } from './metrics.ts'

/** What the HTTP layer knows of the configuration. */
export interface HttpSettings {
  /** whether cookies travel over https alone */
  readonly isSecure: boolean
  /** the asker's address, as trusted proxies tell it */
  readonly addressOf: AddressOf
  /** our origin as browsers name it, such as `https://share.example.com` */
  origin(request: AskedRequest): string
  /** the cookie that holds a session; an empty token clears it */
  sessionCookie(token: string): string
  /** whether the request comes from this machine or brings the metrics token */
  isOperator(request: AskedRequest): boolean
  countOutcome(outcome: Outcome): void
  metrics(): Promise<{ text: string; contentType: string }>
  logError(error: unknown, message: string): void
  /** what an operator is told of while requests are answered */
  readonly checks: readonly Check[]
}

export function httpSettings(
  config: Config,
  { metrics, log, checks }: { metrics: Metrics; log: Logger; checks: readonly Check[] },
): HttpSettings {
  const isSecure = config.publicUrl?.startsWith('https:') ?? false
  return {
    isSecure,
    checks,
    addressOf: addressReader(config.trustProxy),
    origin: (request) =>
      config.publicUrl ?? `http://${request.headers.host ?? `${config.host}:${config.port}`}`,
    sessionCookie: (token) =>
      cookie(SESSION_COOKIE, token, token === '' ? 0 : config.sessionDays * 24 * 60 * 60, isSecure),
    isOperator: (request) =>
      isFromThisMachine(request) || isToken(request.headers.authorization, config.metricsToken),
    countOutcome: (outcome) => metrics.countOutcome(outcome),
    metrics: () => metrics.read(),
    logError: (error, message) => log.error({ err: error }, message),
  }
}

/** @param trusted the addresses that are proxies of ours; a number means the nearest ones */
function addressReader(trusted: Config['trustProxy']): AddressOf {
  if (trusted === false) return ({ raw }) => raw.socket.remoteAddress ?? ''
  const isTrusted =
    typeof trusted === 'number'
      ? (_address: string, hop: number) => hop < trusted
      : proxyAddress.compile(trusted)
  return ({ raw }) => proxyAddress(raw, isTrusted)
}

function isToken(authorization: string | undefined, token: string | undefined): boolean {
  const presented = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
  if (presented === undefined || token === undefined) return false
  // Digests have one length, and comparing them takes one time.
  return timingSafeEqual(hash('sha256', presented, 'buffer'), hash('sha256', token, 'buffer'))
}
