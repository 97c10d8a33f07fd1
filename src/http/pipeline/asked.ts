import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'
import { parseCookie } from 'cookie'
import ipaddr from 'ipaddr.js'
import type { Origin } from '../../actions/context.ts'
import { tokenHash } from '../../secrets/tokens.ts'
import { SESSION_COOKIE } from './answer.ts'

/** What endpoints see of a request. */
export interface AskedRequest {
  /** names the request in the log */
  readonly id: string
  readonly method: string
  /** as it was sent, with its query */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** for the few that read a body themselves */
  readonly raw: IncomingMessage
}

const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
]

/** A cookie that came with the request; the first one where there are several. */
export function cookieOf(request: AskedRequest, name: string): string | undefined {
  const { cookie } = request.headers
  // Most readers bring none of ours; looking for the name first spares them the parsing.
  if (cookie === undefined || !cookie.includes(name)) return undefined
  return parseCookie(cookie)[name]
}

export function sessionTokenOf(request: AskedRequest): string | undefined {
  return cookieOf(request, SESSION_COOKIE) || undefined
}

/** The digest of the session token that came with the request, which is all that is known of tokens from here on. */
export function sessionHashOf(request: AskedRequest): string | undefined {
  const token = sessionTokenOf(request)
  return token === undefined ? undefined : tokenHash(token)
}

function isForwarded(request: AskedRequest): boolean {
  return FORWARDING_HEADERS.some((name) => request.headers[name] !== undefined)
}

/** Where the request comes from, worked out when it is asked for: most reads don't need it. */
export function originOf(request: AskedRequest, addressOf: AddressOf): Origin {
  return new RequestOrigin(request, addressOf)
}

/** The asker's address, as trusted proxies tell it, which may be nonsense. */
export type AddressOf = (request: AskedRequest) => string

// An object literal with getters is made anew for each request, at ten times the cost.
class RequestOrigin implements Origin {
  readonly #request: AskedRequest
  readonly #addressOf: AddressOf

  constructor(request: AskedRequest, addressOf: AddressOf) {
    this.#request = request
    this.#addressOf = addressOf
  }

  get address(): string {
    return visitorAddress(this.#addressOf(this.#request), this.#request.raw.socket.remoteAddress)
  }

  get isForwarded(): boolean {
    return isForwarded(this.#request)
  }
}

/** Whether the request comes from this machine and no proxy. */
export function isFromThisMachine(request: AskedRequest): boolean {
  const { remoteAddress } = request.raw.socket
  if (remoteAddress === undefined || isForwarded(request)) return false
  return ipaddr.process(remoteAddress).range() === 'loopback'
}

/**
 * The visitor as limits count them: an IPv4 address, or an IPv6 /64, which is what one household gets.
 *
 * @param ip as told by trusted proxies, which may tell nonsense
 * @param peer the other end of the connection
 */
function visitorAddress(ip: string, peer: string | undefined): string {
  // What most have, and it has one way to be written.
  if (isIPv4(ip)) return ip
  const text = ipaddr.isValid(ip) ? ip : peer
  if (text === undefined || !ipaddr.isValid(text)) return 'unknown'
  const address = ipaddr.process(text)
  if (!(address instanceof ipaddr.IPv6)) return address.toString()
  const network = address.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
