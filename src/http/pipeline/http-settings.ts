import { hash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import proxyAddress from '@fastify/proxy-addr'
import type { Logger } from 'pino'
import type { Check } from '../../start/checks.ts'
import type { Config } from '../../start/config.ts'
import { DEVICE_LIFETIME, READER_LIFETIME } from '../../sharing/limits.ts'
import type { Outcome } from '../../sharing/who-may-view.ts'
import { clearOldCookie, DEVICE_COOKIE, READER_COOKIE, SESSION_COOKIE, setCookie } from '../input/cookies.ts'
import { forwardingHeader } from '../input/forwarding-headers.ts'
import { isFromThisMachine } from '../input/this-machine.ts'
import { isLoopbackAuthority, isLoopbackHost } from '../../start/loopback.ts'
import { BASE_HEADERS, HTTPS_HEADERS } from './answer.ts'
import type { AddressOf, AskedRequest } from './asked.ts'
import type { Metrics } from './metrics.ts'

/** What the HTTP layer knows of the configuration. */
export interface HttpSettings {
  /** whether cookies travel over https alone */
  readonly isSecure: boolean
  /** the asker's address, as trusted proxies tell it */
  readonly addressOf: AddressOf
  /** origins whose pages may use the API with their visitors' cookies */
  readonly corsOrigins: ReadonlySet<string>
  /** of every answer */
  readonly baseHeaders: typeof BASE_HEADERS | typeof HTTPS_HEADERS
  /**
   * our origin as the asker's browser names it, such as `https://share.example.com`: for answers to this asker alone, as
   * they choose it where no public URL is set
   */
  origin(request: AskedRequest): string
  /** whether the server stops: what comes is answered, but should go elsewhere */
  isLeaving(): boolean
  /** our origin where it is remembered or written into pages: nothing that an asker chooses is in it */
  pageOrigin(request: AskedRequest): string
  /** whether the request means another server than this one, which serves its own machine alone */
  isMisdirected(request: AskedRequest): boolean
  /** the cookies that hold a session; an empty token clears them */
  sessionCookies(token: string): string[]
  /** the cookie of a browser that got in; see secrets/device-token.ts */
  deviceCookie(value: string): string
  /** the cookie of a browser that proved an email without an account; an empty token clears it */
  readerCookie(token: string): string
  /** whether this machine's own user asks, or somebody with the metrics token */
  isOperator(request: AskedRequest): boolean
  /** looks whether a proxy stands in front that the configuration doesn't name */
  noticeProxy(request: AskedRequest): void
  countOutcome(outcome: Outcome): void
  metrics(): Promise<{ text: string; contentType: string }>
  logError(error: unknown, message: string): void
  /** what an operator is told of while requests are answered */
  readonly checks: readonly Check[]
}

/** What the operator is told when a request comes by a proxy that the configuration doesn't name. */
const UNKNOWN_PROXY =
  'A request carries a forwarding header, but TRUST_PROXY is unset: if a proxy stands in front, all its visitors count as one, and the wrong passwords of one of them lock out everybody. Set TRUST_PROXY to how many proxies there are, or to their networks.'

export function httpSettings(
  config: Config,
  {
    metrics,
    log,
    checks,
    isLeaving,
  }: {
    readonly metrics: Metrics
    readonly log: Logger
    readonly checks: readonly Check[]
    isLeaving(this: void): boolean
  },
): HttpSettings {
  const isSecure = config.publicUrl?.startsWith('https:') ?? false
  const isOwnMachines = config.publicUrl === undefined && isLoopbackHost(config.host)
  let unknownProxy = false
  /** the name that was right last, which most requests have: nothing of it is looked at twice */
  let lastLocalHost: string | undefined
  return {
    isSecure,
    isLeaving,
    // A warning alone: anybody can send such a header to a server without a proxy.
    checks: [{ name: 'proxy', look: () => (unknownProxy ? UNKNOWN_PROXY : undefined) }, ...checks],
    addressOf: addressReader(config.trustProxy),
    origin: (request) =>
      config.publicUrl ?? `http://${request.headers.host ?? `${config.host}:${config.port}`}`,
    corsOrigins: new Set(config.corsOrigins),
    baseHeaders: isSecure ? HTTPS_HEADERS : BASE_HEADERS,
    pageOrigin: ({ raw }) => config.publicUrl ?? socketOrigin(raw.socket),
    isMisdirected({ headers: { host } }) {
      if (!isOwnMachines || host === undefined || host === lastLocalHost) return false
      if (!isLoopbackAuthority(host)) return true
      lastLocalHost = host
      return false
    },
    sessionCookies(token) {
      const set = setCookie(
        SESSION_COOKIE,
        token,
        token === '' ? 0 : config.sessionDays * 24 * 60 * 60,
        isSecure,
      )
      return isSecure ? [set, clearOldCookie(SESSION_COOKIE)] : [set]
    },
    deviceCookie: (value) => setCookie(DEVICE_COOKIE, value, DEVICE_LIFETIME / 1000, isSecure),
    readerCookie: (token) =>
      setCookie(READER_COOKIE, token, token === '' ? 0 : READER_LIFETIME / 1000, isSecure),
    isOperator: (request) =>
      isFromThisMachine(request) || isToken(request.headers.authorization, config.metricsToken),
    noticeProxy({ headers }) {
      if (unknownProxy || config.trustProxy !== false) return
      const header = forwardingHeader(headers)
      if (header === undefined) return
      unknownProxy = true
      metrics.noticeUnknownProxy()
      log.warn({ header }, UNKNOWN_PROXY)
    },
    countOutcome: (outcome) => metrics.countOutcome(outcome),
    metrics: () => metrics.read(),
    logError: (error, message) => log.error({ err: error }, message),
  }
}

/** Most connections come in on the same address as the one before. */
let lastOrigin = { localAddress: '', localPort: 0, origin: '' }

/** The address that the connection came in on. */
function socketOrigin({ localAddress = '', localPort = 0 }: Socket): string {
  if (lastOrigin.localAddress !== localAddress || lastOrigin.localPort !== localPort) {
    const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '')
    const origin = `http://${address.includes(':') ? `[${address}]` : address}:${localPort}`
    lastOrigin = { localAddress, localPort, origin }
  }
  return lastOrigin.origin
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
