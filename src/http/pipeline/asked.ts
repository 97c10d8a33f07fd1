import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { clientName } from '../../accounts/client-name.ts'
import type { Origin } from '../../actions/context.ts'
import { ACCESS_TOKEN_PREFIX } from '../../secrets/access-token.ts'
import { AskerLeft } from '../../reading/asker-left.ts'
import { tokenHash } from '../../secrets/tokens.ts'
import { cookieOf, DEVICE_COOKIE, SESSION_COOKIE } from '../input/cookies.ts'
import { forwardingHeader } from '../input/forwarding-headers.ts'
import { isFromThisMachine } from '../input/this-machine.ts'
import type { HttpSettings } from './http-settings.ts'

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
  readonly response: ServerResponse
}

/** Aborted when the asker has left before the answer was sent, so that work for them ends. */
export function leftSignal({ response }: Pick<AskedRequest, 'response'>): AbortSignal {
  const left = new AbortController()
  const leave = (): void => {
    if (!response.writableFinished) left.abort(new AskerLeft())
  }
  if (response.closed) leave()
  else response.once('close', leave)
  return left.signal
}

/** Whether a URL is one of the API, rather than of a page. */
export function isForApi(url: string): boolean {
  return /^\/api(?:[/?]|$)/.test(url)
}

/**
 * Whether a program asks, rather than a browser that would show people a window of its own. Browsers name what they are
 * even where they send no `Sec-Fetch-…`, which they do by https and on this machine alone.
 */
export function isFromProgram({ headers }: AskedRequest): boolean {
  if (headers['sec-fetch-site'] ?? headers['sec-fetch-mode'] ?? headers['sec-fetch-dest']) return false
  return !/\btext\/html\b/i.test(headers.accept ?? '') && !headers['user-agent']?.startsWith('Mozilla/')
}

export function sessionTokenOf(request: AskedRequest, isSecure: boolean): string | undefined {
  return cookieOf(request, SESSION_COOKIE, isSecure)
}

/** The digest of the session token that came with the request, which is all that is known of tokens from here on. */
export function sessionHashOf(request: AskedRequest, isSecure: boolean): string | undefined {
  const token = sessionTokenOf(request, isSecure)
  return token === undefined ? undefined : tokenHash(token)
}

const BEARER = /^Bearer +(.*)$/i

/** The token of a program that came with the request; any other text for `Bearer` is none of ours. */
export function bearerTokenOf({ headers: { authorization } }: AskedRequest): string | undefined {
  if (authorization === undefined) return undefined
  const token = BEARER.exec(authorization)?.[1]
  return token?.startsWith(ACCESS_TOKEN_PREFIX) ? token : undefined
}

/** Where the request comes from, worked out when it is asked for: most reads don't need it. */
export function originOf(
  request: AskedRequest,
  settings: Pick<HttpSettings, 'addressOf' | 'isSecure'>,
): Origin {
  return new RequestOrigin(request, settings)
}

/** The asker's address, as trusted proxies tell it, which may be nonsense. */
export type AddressOf = (request: AskedRequest) => string

// An object literal with getters is made anew for each request, at ten times the cost.
class RequestOrigin implements Origin {
  #address: string | undefined
  readonly #request: AskedRequest
  readonly #settings: Pick<HttpSettings, 'addressOf' | 'isSecure'>

  constructor(request: AskedRequest, settings: Pick<HttpSettings, 'addressOf' | 'isSecure'>) {
    this.#request = request
    this.#settings = settings
  }

  get address(): string {
    this.#address ??= visitorAddress(this.#ip())
    return this.#address
  }

  get networks(): readonly string[] {
    return widerNetworks(this.#ip())
  }

  get isForwarded(): boolean {
    return forwardingHeader(this.#request.headers) !== undefined
  }

  get isFromThisMachine(): boolean {
    return isFromThisMachine(this.#request)
  }

  get client(): string {
    return clientName(this.#request.headers['user-agent'])
  }

  get device(): string | undefined {
    return cookieOf(this.#request, DEVICE_COOKIE, this.#settings.isSecure)
  }

  left(): AbortSignal {
    return leftSignal(this.#request)
  }

  /** As trusted proxies tell it; where that is nonsense, the other end of the connection. */
  #ip(): string {
    const ip = this.#settings.addressOf(this.#request)
    // What most have, and it has one way to be written.
    return isIPv4(ip) || ipaddr.isValid(ip) ? ip : (this.#request.raw.socket.remoteAddress ?? '')
  }
}

/** The visitor as limits count them: an IPv4 address, or an IPv6 /64, which is what one network at home gets. */
function visitorAddress(ip: string): string {
  if (isIPv4(ip)) return ip
  if (!ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  return address instanceof ipaddr.IPv6 ? networkOf(address, 64) : address.toString()
}

/** The IPv6 networks that one customer may have all of, /56 and /48: many visitors of one are counted together. */
function widerNetworks(ip: string): readonly string[] {
  if (isIPv4(ip) || !ipaddr.isValid(ip)) return []
  const address = ipaddr.process(ip)
  return address instanceof ipaddr.IPv6 ? [networkOf(address, 56), networkOf(address, 48)] : []
}

function networkOf({ parts }: ipaddr.IPv6, bits: 48 | 56 | 64): string {
  const kept = parts.slice(0, 4).map((part, index) => {
    const ofPart = Math.min(16, Math.max(0, bits - index * 16))
    return (part & (0xffff << (16 - ofPart)) & 0xffff).toString(16)
  })
  return `${kept.join(':')}::/${bits}`
}
