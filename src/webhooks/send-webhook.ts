import { createHmac } from 'node:crypto'
import { lookup as lookUpHere } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** All of it: finding the receiver, sending, and its answer's head. */
const WHOLE_MS = 10_000
const DNS_MS = 4000

/** A message, as its receiver gets it. */
export interface WebhookMessage {
  /** the same for each attempt */
  readonly id: string
  readonly url: string
  /** `whsec_` and base64, as the receiver has it */
  readonly secret: string
  /** JSON */
  readonly content: string
}

/** Why a message wasn't taken, in words for the webhook's owner. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

export type SendWebhook = (message: WebhookMessage, signal: AbortSignal) => Promise<void>

/**
 * Sends messages as Standard Webhooks has it (https://www.standardwebhooks.com): signed over id, time and body. Redirects
 * aren't followed, and of the answer nothing but its status counts.
 *
 * @param nameServers asked for addresses; the system's unless said
 * @param isPrivateAllowed also to this machine and its network, and by http; otherwise each address is looked at when it
 *   is connected to, whatever its name led to before
 */
export function createSendWebhook(isPrivateAllowed: boolean, nameServers?: readonly string[]): SendWebhook {
  return async ({ id, url, secret, content }, signal) => {
    const { protocol, hostname } = new URL(url)
    const host = hostname.replace(/^\[|\]$/g, '')
    if (!isPrivateAllowed && protocol !== 'https:') throw new NotTaken('its address isn’t one of https:')
    // No name is looked up for an address.
    if (!isPrivateAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw privateAddress()
    const time = Math.floor(Date.now() / 1000)
    const status = await post(
      url,
      content,
      {
        'content-type': 'application/json',
        'user-agent': 'Neptun-Share-Webhooks',
        'webhook-id': id,
        'webhook-timestamp': String(time),
        'webhook-signature': signatureOf(secret, id, time, content),
      },
      isPrivateAllowed ? lookUpHere : lookUpPublic(nameServers),
      AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]),
    )
    if (status < 200 || status > 299) throw new NotTaken(`it answered ${status}`)
  }
}

function signatureOf(secret: string, id: string, seconds: number, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${content}`).digest('base64')}`
}

function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const asked = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      // A connection of its own: one that is kept would lead where its name led once.
      agent: false,
      lookup,
      signal,
    })
    asked.once('response', (response) => {
      resolve(response.statusCode ?? 0)
      // Whatever it says besides, it says to nobody.
      response.on('error', () => undefined).destroy()
    })
    asked.on('error', (error: NodeJS.ErrnoException) =>
      reject(error instanceof NotTaken ? error : new NotTaken(wordsFor(error), { cause: error })),
    )
    asked.end(bytes)
  })
}

/** What goes wrong on the way, without addresses: those of a network are nobody's business. */
function wordsFor({ name, code = '' }: NodeJS.ErrnoException): string {
  if (name === 'AbortError' || name === 'TimeoutError') return 'it didn’t answer within 10 seconds'
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'there is no such name'
  if (code === 'ECONNREFUSED') return 'nobody listens there'
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code)) return 'its certificate can’t be trusted'
  return 'the connection failed'
}

function privateAddress(): NotTaken {
  return new NotTaken('its address is of a private network')
}

/**
 * Finds addresses of the internet by asking name servers, in this thread: the system's own way has few threads, which a
 * slow name server could keep from everybody else.
 */
function lookUpPublic(nameServers: readonly string[] | undefined): LookupFunction {
  return (hostname, { all }, found) => {
    findPublic(hostname, nameServers).then(
      ([first, ...others]) => {
        if (all === true) found(null, [first, ...others])
        else found(null, first.address, first.family)
        return undefined
      },
      (error: NodeJS.ErrnoException) => found(error, '', 0),
    )
  }
}

type Address = { readonly address: string; readonly family: number }

/** @throws Error where there is none */
async function findPublic(
  hostname: string,
  nameServers: readonly string[] | undefined,
): Promise<[Address, ...Address[]]> {
  const resolver = new Resolver({ timeout: DNS_MS, tries: 1 })
  if (nameServers) resolver.setServers(nameServers)
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const known: Address[] = [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ]
  const [first, ...others] = known.filter(({ address }) => isPublicAddress(address))
  if (first) return [first, ...others]
  throw known.length > 0 ? privateAddress() : Object.assign(new Error('No address'), { code: 'ENOTFOUND' })
}
