import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

import { HOST } from '../requests.ts'

export interface Question {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
}

/** An answer as it is on the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

// Node adds these by itself, in the service as in the limit.
const ADDED_BY_NODE = new Set(['date', 'connection', 'keep-alive'])

/** Asks once, and leaves compressed answers as they are. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, json }: Question = {},
): Promise<Answer> {
  const body = json === undefined ? undefined : JSON.stringify(json)
  const sent = {
    host: HOST,
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const asking = request(url, { method, headers: sent, agent: false })
  asking.end(body)
  const [response]: IncomingMessage[] = await once(asking, 'response')
  if (!response) throw new Error(`No answer from ${url}`)
  const kept = Object.entries(response.headers).filter(([name]) => !ADDED_BY_NODE.has(name))
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body: new Uint8Array(await buffer(response)),
  }
}
