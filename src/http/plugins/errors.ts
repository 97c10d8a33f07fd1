import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../actions/context.ts'
import { SourceChanged } from '../../reading/read-chat.ts'
import { Refusal } from '../../actions/refusal.ts'
import { HasherBusy } from '../../secrets/password-hasher.ts'
import { refusalFacts } from '../pipeline/refusal-facts.ts'
import { BASE_HEADERS } from '../pipeline/answer.ts'
import type { Expected } from '../pipeline/endpoint.ts'
import { PAGE_HEADERS } from '../pages/document.ts'
import { notFoundPage } from '../pages/share/not-found-page.ts'
import { type Failure, sendError } from '../pipeline/send-error.ts'
import { UnreadableBody } from './bodies.ts'

const MOST_READ_ON = 64 * 1024 * 1024

/** Answers every error in the one shape, and says nothing of ours: no stack, no SQL, no path. */
export function answerErrors(app: FastifyInstance, context: Context, log: FastifyBaseLogger): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const failure = failureOf(error, request.routeOptions.config.expected, context)
    if (!request.raw.complete) readOn(request, reply)
    if (failure.status >= 500) log.error({ id: request.id, err: error }, 'A request failed')
    return sendError(reply, request, failure)
  })
}

/**
 * Reads and forgets the rest of a body that was refused: a client that is still sending wouldn't see the answer on a
 * connection that is closed under it. What is far too large isn't worth it.
 */
function readOn({ raw, headers }: FastifyRequest, reply: FastifyReply): void {
  if (Number(headers['content-length'] ?? 0) > MOST_READ_ON) return
  let left = MOST_READ_ON
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) raw.destroy()
  })
  raw.resume()
  reply.removeHeader('connection')
}

/** Answers URLs that can't be decoded: no share is called that, and no route. */
export function answerBadUrl(app: {
  readonly error: Error
  readonly request: FastifyRequest
  readonly reply: Parameters<typeof sendError>[0]
}): void {
  const { request, reply } = app
  if (request.raw.url?.startsWith('/shared/chats/')) {
    void reply
      .code(404)
      .headers({ ...BASE_HEADERS, ...PAGE_HEADERS })
      .send(notFoundPage().text)
    return
  }
  if (request.raw.url?.startsWith('/api/shared/chats/')) {
    const statusMessage = 'Not Found (share not found)'
    void sendError(
      reply,
      request,
      { status: 404, statusMessage, message: 'The share does not exist.' },
      'shared-chat',
    )
  } else {
    void sendError(reply, request, { status: 400, message: 'The URL could not be decoded.' })
  }
}

/** What an error is in HTTP. */
export function failureOf(error: unknown, expected: Expected | undefined, context: Context): Failure {
  if (error instanceof Refusal) {
    const part = error.reason.code === 'invalid-input' ? error.reason.part : 'body'
    return refusalFacts(error.reason, expected?.[part] ?? '')
  }
  const badBody = (message: string): Failure =>
    refusalFacts(
      { code: 'invalid-input', part: 'body', issues: [{ code: 'invalid_body', message, path: [] }] },
      expected?.body ?? '',
    )
  if (error instanceof UnreadableBody) {
    return error.status === 400 ? badBody(error.message) : { status: error.status, message: error.message }
  }
  if (error instanceof HasherBusy) {
    return {
      status: 503,
      message: 'The server is busy checking passwords. Try again in a moment.',
      retryAfter: 1,
    }
  }
  if (error instanceof SourceChanged) {
    return { status: 503, message: 'The chat keeps changing. Try again in a moment.', retryAfter: 1 }
  }
  if (context.store.dialect.isUnavailable(error)) {
    return { status: 503, message: 'The store is not reachable. Try again in a moment.', retryAfter: 1 }
  }
  switch (fastifyStatus(error)) {
    case 400:
      return badBody('The body is not valid JSON.')
    case 413:
      return { status: 413, message: 'The body is too large for this route; send less at once.' }
    case 415:
      return { status: 415, message: 'Send the body as application/json.' }
    default:
      return { status: 500, message: 'Something went wrong on our side. It has been noted.' }
  }
}

function fastifyStatus(error: unknown): number | undefined {
  const isFastifys = error instanceof Error && 'code' in error && String(error.code).startsWith('FST_')
  if (isFastifys && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode
  // JSON that tries to poison prototypes is refused by the parser with a plain 400.
  return error instanceof SyntaxError ? 400 : undefined
}
