import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import type { Context } from '../../actions/context.ts'
import { findSession, type LiveSession } from '../../reading/find-session.ts'
import { Refusal } from '../../actions/refusal.ts'
import type { AnsweredRequest } from '../../start/log.ts'
import { type Soon, whenThere } from '../../soon.ts'
import type { Answer } from './answer.ts'
import { type AskedRequest, sessionHashOf } from './asked.ts'
import type { Endpoint } from './endpoint.ts'
import type { HttpSettings } from './http-settings.ts'
import { failureOf } from '../plugins/errors.ts'
import type { RecordRequest } from '../plugins/request-log.ts'
import { routePattern } from './register-endpoints.ts'
import { errorAnswer } from './send-error.ts'
import { headersOf, writeAnswer } from './write-answer.ts'

/** Answers a request, or leaves it alone and says so by `false`. */
export type ReadLane = (request: IncomingMessage, response: ServerResponse) => boolean

interface LaneOptions {
  readonly context: Context
  readonly settings: HttpSettings
  readonly log: FastifyBaseLogger
  readonly record: RecordRequest
  readonly isClosing: () => boolean
  readonly addressOf: (request: IncomingMessage) => string
  readonly nextId: () => string
}

/**
 * Answers plain reads of the endpoints marked `isReadLane` straight from `node:http`: the same declaration, checks,
 * action and answer, without Fastify's request, reply and hooks, which cost more than the read itself. What is
 * anything but plain (another method, a query, an escaped character, a body) goes to Fastify, which serves these
 * endpoints too. See docs/decisions/0009-read-lane.md.
 */
export function createReadLane(endpoints: readonly Endpoint[], options: LaneOptions): ReadLane {
  const { context, settings, log, record, isClosing, addressOf, nextId } = options
  const lanes = endpoints.filter(({ isReadLane }) => isReadLane).map(toLane)

  function answer({ endpoint }: Lane, params: Record<string, string>, request: LaneRequest): Soon<void> {
    const isOwners = endpoint.access === 'owner'
    const tokenHash = isOwners ? sessionHashOf(request) : undefined
    const session = tokenHash === undefined ? undefined : findSession(context, tokenHash)
    return whenThere(session, (session) => {
      if (isOwners && !session) throw new Refusal({ code: 'no-session' })
      const input = { params, query: {}, body: undefined, session, request }
      return whenThere(endpoint.run(input, context, settings), (answer) => write(answer, request, session))
    })
  }

  function write(answer: Answer, request: LaneRequest, session: LiveSession | undefined): void {
    writeAnswer(request.response, answer, headersOf(answer, request, session, settings))
    record(request.answered())
  }

  function fail({ endpoint }: Lane, error: unknown, request: LaneRequest): void {
    if (request.response.headersSent) {
      log.error({ id: request.id, err: error }, 'A request failed')
      request.response.destroy()
      return
    }
    const failure = failureOf(error, endpoint.expected, context)
    if (failure.status >= 500) log.error({ id: request.id, err: error }, 'A request failed')
    write(errorAnswer(failure, endpoint.errors ?? 'plain'), request, undefined)
  }

  return (raw, response) => {
    if (raw.method !== 'GET' || isClosing() || hasBody(raw)) return false
    const url = raw.url ?? ''
    for (const lane of lanes) {
      const params = lane.match(url)
      if (!params) continue
      const request = new LaneRequest(raw, response, { id: nextId(), route: lane.route, addressOf })
      try {
        const done = answer(lane, params, request)
        if (done) done.catch((error: unknown) => fail(lane, error, request))
      } catch (error) {
        fail(lane, error, request)
      }
      return true
    }
    return false
  }
}

interface Lane {
  readonly endpoint: Endpoint
  readonly route: string
  match(url: string): Record<string, string> | undefined
}

function toLane(endpoint: Endpoint): Lane {
  if (endpoint.method !== 'GET' || (endpoint.access !== 'reader' && endpoint.access !== 'owner')) {
    throw new Error(`The read lane doesn't take ${endpoint.method} ${endpoint.path}.`)
  }
  const [prefix = ''] = endpoint.path.split('{')
  const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const pattern = new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '([\\w-]{1,36})')}$`)
  return {
    endpoint,
    route: routePattern(endpoint),
    match(url) {
      const found = url.startsWith(prefix) ? pattern.exec(url) : null
      if (!found) return undefined
      const params: Record<string, string> = {}
      for (let index = 0; index < names.length; index++) params[names[index] ?? ''] = found[index + 1] ?? ''
      return params
    },
  }
}

class LaneRequest implements AskedRequest {
  readonly method = 'GET'
  readonly id: string
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  readonly #route: string
  readonly #addressOf: LaneOptions['addressOf']
  readonly #started = performance.now()

  constructor(
    raw: IncomingMessage,
    response: ServerResponse,
    asked: { readonly id: string; readonly route: string; readonly addressOf: LaneOptions['addressOf'] },
  ) {
    this.raw = raw
    this.response = response
    this.id = asked.id
    this.#route = asked.route
    this.#addressOf = asked.addressOf
  }

  get headers(): IncomingMessage['headers'] {
    return this.raw.headers
  }

  get socket(): Socket {
    return this.raw.socket
  }

  get ip(): string {
    return this.#addressOf(this.raw)
  }

  /** Now that the answer is handed over. */
  answered(): AnsweredRequest {
    return {
      id: this.id,
      method: this.method,
      route: this.#route,
      status: this.response.statusCode,
      ms: performance.now() - this.#started,
    }
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
