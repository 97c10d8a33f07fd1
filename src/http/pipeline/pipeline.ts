import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline as pipe } from 'node:stream/promises'
import type { Logger } from 'pino'
import { AskerLeft } from '../../reading/asker-left.ts'
import { findSession, type LiveSession } from '../../reading/find-session.ts'
import { findToken } from '../../reading/find-token.ts'
import type { Context } from '../../actions/context.ts'
import { Refusal } from '../../actions/refusal.ts'
import { createRoomInMemory } from '../../concurrency/room-in-memory.ts'
import type { Log } from '../../start/log.ts'
import { dropRest, hasBody, LARGE_BYTES, readBody } from '../input/body.ts'
import { createAccountTurns } from './account-turns.ts'
import type { Answer } from './answer.ts'
import { type AskedRequest, bearerTokenOf, sessionHashOf } from './asked.ts'
import { answerPreflight } from './cross-origin.ts'
import { type Endpoint, isForTokens, isOnlyReading } from './endpoint.ts'
import { errorAnswer, failureOf } from './failure.ts'
import type { HttpSettings } from './http-settings.ts'
import { createLargeAnswers } from './large-answers.ts'
import type { Metrics } from './metrics.ts'
import { createRouter, type Found } from './router.ts'
import { isFromOtherSite } from './same-origin.ts'
import { answerBadUrl, answerUnknownRoute } from './unknown-route.ts'
import { bytesOf, headersOf, writeAnswer, writeHead } from './write-answer.ts'

const DEFAULT_BODY_LIMIT = LARGE_BYTES

/** As others' logs number an asker who has left before the answer. */
const LEFT_BEFORE_ANSWER = 499

/** Whoever waited longer for a turn is looked at again. */
const LOOKED_AT_FOR_MS = 1000

/** A page of a stranger's whose name leads here reads what its visitor's own machine may read (DNS rebinding). */
const MISDIRECTED =
  'This server answers to this machine alone, by names such as localhost; to serve another name, set PUBLIC_URL to its address.'

export interface PipelineOptions {
  readonly context: Context
  readonly settings: HttpSettings
  readonly metrics: Metrics
  readonly log: Logger
  readonly logRequest: Log['logRequest']
}

/**
 * What every request goes through, in this order: match → access → input → run → write → record.
 *
 * An endpoint declares what its steps are (endpoint.ts); there is no other way to an action.
 *
 * @throws Error when an endpoint doesn't declare who may use it
 */
export function createPipeline(endpoints: readonly Endpoint[], options: PipelineOptions): RequestListener {
  const { context, settings, metrics, log, logRequest } = options
  const { match, methodsOf } = createRouter(endpoints)
  const nextId = countRequests()
  const turns = createAccountTurns(createRoomInMemory(() => context.sending.bytes))
  const holdLargeAnswer = createLargeAnswers(context.sending, settings.addressOf)

  return (raw, response) => void serve(raw, response)

  async function serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const { method = '', url = '', headers } = raw
    const givenId = givenIdOf(headers)
    if (givenId !== undefined) response.setHeader('x-request-id', givenId)
    const request: AskedRequest = { id: givenId ?? nextId(), method, url, headers, raw, response }
    settings.noticeProxy(request)

    // match
    const found = match(method, url)
    const endpoint = found?.route?.endpoint
    let session: LiveSession | undefined
    try {
      let answer = refuseUnread(request, found)
      if (!answer && found && endpoint) {
        // access
        const bearer = bearerTokenOf(request)
        // Whoever brings a token brings no session: a cookie beside it counts for nothing.
        const tokenHash = bearer === undefined ? sessionHashOf(request, settings.isSecure) : undefined
        const isToken = bearer !== undefined && endpoint.access !== 'operator'
        const check = (): Promise<LiveSession | undefined> =>
          isToken ? checkToken(endpoint, bearer) : checkAccess(endpoint, request, tokenHash)
        if (isToken || needsCheck(endpoint)) session = await check()
        const checkedAt = session ? performance.now() : 0
        const isOnItsWay = !raw.complete
        // input
        const { params, query } = found
        const rules = bodyRules(endpoint)
        const isRead = readsBody(endpoint, raw)
        const isLarge = hasLargeBody(raw, rules.limit)
        const early = isRead && !isLarge ? await readBody(raw, rules) : undefined
        // run
        const input = { params, query, body: early, tokenHash, request }
        const run = async (): Promise<Answer> => {
          // Who left while waiting for a turn gets none.
          if (response.closed) throw new AskerLeft()
          const body = isRead && isLarge ? await readBody(raw, rules) : early
          // What ended meanwhile opens nothing any more, however slowly its request came.
          if (session && (isOnItsWay || performance.now() - checkedAt > LOOKED_AT_FOR_MS)) {
            const { isRenewed } = session
            const again = await check()
            session = again && { ...again, isRenewed: isRenewed || again.isRenewed }
          }
          return endpoint.run({ ...input, session, body }, context, settings)
        }
        // Uploads, which take their time, have turns of their own.
        if (session && !endpoint.upload) {
          answer = await turns[isLarge ? 'runLarge' : 'run'](endpoint, session.userId, run)
        } else if (isRead && isLarge) answer = await run()
        else answer = await endpoint.run({ ...input, session }, context, settings)
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
    const status = response.closed && !response.headersSent ? LEFT_BEFORE_ANSWER : response.statusCode
    record(request, found?.route?.pattern ?? 'none', status, performance.now() - startedAt)
  }

  /** What is refused whoever asks and whatever the body says, before any of it is read. */
  function refuseUnread(request: AskedRequest, found: Found | undefined): Answer | undefined {
    const style = found?.route?.endpoint.errors ?? 'plain'
    if (settings.isMisdirected(request)) return errorAnswer({ status: 421, message: MISDIRECTED }, style)
    const preflight = answerPreflight(request, settings)
    if (preflight) return preflight
    // No other site's page can send a token unless CORS_ORIGINS names it: browsers ask us first.
    if (isFromOtherSite(request, settings) && bearerTokenOf(request) === undefined) {
      const message = 'The request comes from another site. Send it from this one, or from a program.'
      return errorAnswer({ status: 403, message }, style)
    }
    if (found && !found.route) return answerBadUrl(request)
    return undefined
  }

  function bodyRules({ bodyLimit, takesForms }: Endpoint): Parameters<typeof readBody>[1] {
    const limit = bodyLimit ?? DEFAULT_BODY_LIMIT
    return { limit, takesForms: takesForms ?? false, isHurried: turns.areOthersWaiting }
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

  /** A token that doesn't count is told so everywhere: its program would take the answer to a stranger for its own. */
  async function checkToken(endpoint: Endpoint, bearer: string): Promise<LiveSession> {
    const session = await findToken(context, bearer)
    if (!session) throw new Refusal({ code: 'wrong-token' })
    if (!isForTokens(endpoint)) throw new Refusal({ code: 'token-refused' })
    if (session.token?.scope !== 'write' && !isOnlyReading(endpoint)) {
      throw new Refusal({ code: 'token-only-reads' })
    }
    return session
  }

  /** Hands the answer over, to who is still there; waits only for one that is a stream, or is compressed first. */
  function write(
    response: ServerResponse,
    answer: Answer,
    request: AskedRequest,
    session: LiveSession | undefined,
  ): Promise<void> | undefined {
    // Nothing tells of their leaving any more that would give back what the answer holds.
    if (response.closed) return giveBack(answer)
    // Where the server stops, the connection ends with its answer.
    if (settings.isLeaving()) response.shouldKeepAlive = false
    const headers = headersOf(answer, request, session, settings)
    if (answer.parts) holdLargeAnswer(response, answer.parts, request)
    if (!(answer.body instanceof Readable)) {
      const bytes = bytesOf(answer.body, headers)
      // What a change answers is bounded by what it takes, and is not refused once the change is made.
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      if (bytes !== undefined && isRead) holdLargeAnswer(response, { length: bytes.length }, request)
      return writeAnswer(response, answer, headers, { bytes, request })
    }
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
    // An asker who left is no failure of ours.
    if (response.closed || (response.headersSent && response.destroyed)) return
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

/** Lets go of what is held for an answer that is not sent. */
function giveBack({ parts, body }: Answer): undefined {
  parts?.release?.()
  if (body instanceof Readable) body.destroy()
}

/** `reader` endpoints find the session themselves, along with the share. */
function needsCheck({ access }: Endpoint): boolean {
  return access !== 'anyone' && access !== 'reader'
}

function readsBody({ method, upload }: Endpoint, raw: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD' && upload === undefined && hasBody(raw)
}

/** Whether a body may be larger than most are: where it doesn't say, it may. */
function hasLargeBody({ headers }: IncomingMessage, limit: number): boolean {
  return limit > LARGE_BYTES && !(Number(headers['content-length'] ?? Infinity) <= LARGE_BYTES)
}

/** What a proxy or program calls the request, for its log and ours; nothing that could forge a line of them. */
function givenIdOf({ 'x-request-id': id }: IncomingMessage['headers']): string | undefined {
  return typeof id === 'string' && /^[\w.:=+/@-]{1,128}$/.test(id) ? id : undefined
}

function countRequests(): () => string {
  let count = 0
  return () => `req-${(++count).toString(36)}`
}
