import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Answer, BASE_HEADERS } from './answer.ts'
import { PAGE_HEADERS } from '../pages/document.ts'
import { errorPage } from '../pages/error-page.ts'
import { errorBody, type ErrorFacts, type ErrorStyle } from './error-body.ts'

export type Failure = ErrorFacts & {
  /** seconds until trying again makes sense */
  readonly retryAfter?: number
}

/** An error in the one shape, as the route's clients read it, or as a page where people look. */
export function errorAnswer(failure: Failure, style: ErrorStyle): Answer {
  const { status, message, retryAfter } = failure
  const later: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  if (style === 'page')
    return { status, body: errorPage(message).text, headers: { ...PAGE_HEADERS, ...later } }
  const body = errorBody(style, failure)
  return { status, statusMessage: body.statusMessage, body, headers: later }
}

export function sendError(
  reply: FastifyReply,
  request: FastifyRequest,
  failure: Failure,
  style: ErrorStyle = styleOf(request),
): FastifyReply {
  const { statusMessage, headers, body } = errorAnswer(failure, style)
  reply.code(failure.status).headers({ ...BASE_HEADERS, ...headers })
  if (typeof body === 'string') return reply.send(body)
  if (statusMessage !== undefined) reply.raw.statusMessage = statusMessage
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body))
}

function styleOf(request: FastifyRequest): ErrorStyle {
  // There is no config where no route was found.
  const config: { errors?: ErrorStyle } | undefined = request.routeOptions.config
  return config?.errors ?? 'plain'
}
