import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline as pipe } from 'node:stream/promises'
import type { Logger } from 'pino'
import { findSession, type LiveSession } from '../../reading/find-session.ts'
import type { Context } from '../../actions/context.ts'
import { Refusal } from '../../actions/refusal.ts'
import type { Log } from '../../start/log.ts'
import { dropRest, hasBody, readBody } from '../input/body.ts'
import { createAccountTurns } from './account-turns.ts'
import type { Answer } from './answer.ts'
import { type AskedRequest, sessionHashOf } from './asked.ts'
import { answerPreflight } from './cross-origin.ts'
import type { Endpoint } from './endpoint.ts'
import { errorAnswer, failureOf } from './failure.ts'
import type { HttpSettings } from './http-settings.ts'
import { createLargeAnswers } from './large-answers.ts'
import type { Metrics } from './metrics.ts'
import { createRouter, type Found } from './router.ts'
import { isFromOtherSite } from './same-origin.ts'
import { answerBadUrl, answerUnknownRoute } from './unknown-route.ts'
import { headersOf, writeAnswer, writeHead } from './write-answer.ts'

const DEFAULT_BODY_LIMIT = 1024 * 1024

/** A page of a stranger's whose name leads here reads what its visitor's own machine may read (DNS rebinding). */
const MISDIRECTED =
  'This server answers to this machine alone, by names such as localhost; to serve another name, set PUBLIC_URL to its address.'

export interface PipelineOptions {
  readonly context: Context
  readonly settings: HttpSettings
  readonly metrics: Metrics
  readonly log: Logger
  readonly logRequest: Log['logRequest']
  /** whether the server stops: what runs is finished, what comes anew is sent elsewhere */
  readonly isClosing: () => boolean
}

/**
 * What every request goes through, in this order: match → access → input → run → write → record.
 *
 * An endpoint declares what its steps are (endpoint.ts); there is no other way to an action.
 *
 * @throws Error when an endpoint doesn't declare who may use it
 */
export function createPipeline(endpoints: readonly Endpoint[], options: PipelineOptions): RequestListener {
  const { context, settings, metrics, log, logRequest, isClosing } = options
  const { match, methodsOf } = createRouter(endpoints)
  const nextId = countRequests()
  const inTurn = createAccountTurns()
  const holdLargeAnswer = createLargeAnswers(context.sending)

  return (raw, response) => void serve(raw, response)

  async function serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const { method = '', url = '', headers } = raw
    const request: AskedRequest = { id: nextId(), method, url, headers, raw }
    settings.noticeProxy(request)

    // match
    const found = match(method, url)
    const endpoint = found?.route?.endpoint
    let session: LiveSession | undefined
    try {
      let answer = refuseUnread(request, found)
      if (!answer && found && endpoint) {
        // access
        const tokenHash = sessionHashOf(request, settings.isSecure)
        if (needsCheck(endpoint)) session = await checkAccess(endpoint, request, tokenHash)
        // input
        const { params, query } = found
        const body = readsBody(endpoint, raw) ? await readBody(raw, bodyRules(endpoint)) : undefined
        // run
        const input = { params, query, body, session, tokenHash, request }
        const run = () => endpoint.run(input, context, settings)
        // Uploads, which take their time, have turns of their own.
        answer = await (session && !endpoint.upload ? inTurn(endpoint, session.userId, run) : run())
      }
      // write
      const writing = write(response, answer ?? answerUnknownRoute(request, methodsOf(url)), request, session)
      if (writing) await writing
    } catch (error) {
      fail(error, endpoint, request, response)
    }

    // Who is still sending gets time to read the answer.
    if (hasBody(raw) && !raw.complete) dropRest(raw, endpoint?.upload !== undefined)

    // record
    record(request, found?.route?.pattern ?? 'none', response.statusCode, performance.now() - startedAt)
  }

  /** What is refused whoever asks and whatever the body says, before any of it is read. */
  function refuseUnread(request: AskedRequest, found: Found | undefined): Answer | undefined {
    const style = found?.route?.endpoint.errors ?? 'plain'
    if (isClosing()) {
      const message = 'The server is stopping. Try again in a moment.'
      return errorAnswer({ status: 503, message, retryAfter: 1 }, style)
    }
    if (settings.isMisdirected(request)) return errorAnswer({ status: 421, message: MISDIRECTED }, style)
    const preflight = answerPreflight(request, settings)
    if (preflight) return preflight
    if (isFromOtherSite(request, settings)) {
      const message = 'The request comes from another site. Send it from this one, or from a program.'
      return errorAnswer({ status: 403, message }, style)
    }
    if (found && !found.route) return answerBadUrl(request)
    return undefined
  }

  /** Without a session an owner's route looks at nothing, not even at the body. */
  async function checkAccess(
    { access }: Endpoint,
    request: AskedRequest,
    tokenHash: string | undefined,
  ): Promise<LiveSession | undefined> {
    if (access === 'operator') {
      if (!settings.isOperator(request)) throw new Refusal({ code: 'route-not-found' })
      return undefined
    }
    const session = tokenHash === undefined ? undefined : await findSession(context, tokenHash)
    if (access === 'owner' && !session) throw new Refusal({ code: 'no-session' })
    return session
  }

  /** Hands the answer over; waits only for one that is a stream, or is compressed first. */
  function write(
    response: ServerResponse,
    answer: Answer,
    request: AskedRequest,
    session: LiveSession | undefined,
  ): Promise<void> | undefined {
    // Where the server stops, the connection ends with its answer.
    if (isClosing()) response.shouldKeepAlive = false
    const headers = headersOf(answer, request, session, settings)
    if (answer.parts) holdLargeAnswer(response, answer.parts, () => settings.addressOf(request))
    if (!(answer.body instanceof Readable)) return writeAnswer(response, answer, headers, request)
    writeHead(response, answer, headers)
    return pipe(answer.body, response)
  }

  /** Answers an error in the one shape, and says nothing of ours: no stack, no SQL, no path. */
  function fail(
    error: unknown,
    endpoint: Endpoint | undefined,
    request: AskedRequest,
    response: ServerResponse,
  ): void {
    // A reader who left a stream is no failure of ours.
    if (response.headersSent && response.destroyed) return
    const failure = failureOf(error, endpoint?.expected, context)
    const { dialect } = context.store
    if (dialect.isUnavailable(error)) metrics.countStoreError(dialect.causeOf(error))
    if (failure.status >= 500) log.error({ id: request.id, err: error }, 'A request failed')
    if (response.headersSent) response.destroy()
    else void write(response, errorAnswer(failure, endpoint?.errors ?? 'plain'), request, undefined)
  }

  /**
   * One line and one count a request, also where the asker left. The route's pattern stands for the URL, which names
   * shares; bodies, cookies and addresses stay out.
   */
  function record({ id, method }: AskedRequest, route: string, status: number, ms: number): void {
    metrics.countRequest(method, route, status, ms / 1000)
    logRequest({ id, method, route, status, ms })
  }
}

/** `reader` endpoints find the session themselves, along with the share. */
function needsCheck({ access }: Endpoint): boolean {
  return access !== 'anyone' && access !== 'reader'
}

function readsBody({ method, upload }: Endpoint, raw: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD' && upload === undefined && hasBody(raw)
}

function bodyRules({ bodyLimit, takesForms }: Endpoint): Parameters<typeof readBody>[1] {
  return { limit: bodyLimit ?? DEFAULT_BODY_LIMIT, takesForms: takesForms ?? false }
}

function countRequests(): () => string {
  let count = 0
  return () => `req-${(++count).toString(36)}`
}
