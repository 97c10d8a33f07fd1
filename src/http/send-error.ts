import type { FastifyReply, FastifyRequest } from 'fastify'
import { BASE_HEADERS } from './answer.ts'
import { PAGE_HEADERS } from './pages/document.ts'
import { errorPage } from './pages/error-page.ts'
import { errorBody, type ErrorFacts, type ErrorStyle } from './error-body.ts'

export type Failure = ErrorFacts & {
  /** seconds until trying again makes sense */
  readonly retryAfter?: number
}

/** Sends an error in the one shape, as the route's clients read it, or as a page where people look. */
export function sendError(
  reply: FastifyReply,
  request: FastifyRequest,
  failure: Failure,
  style: ErrorStyle = styleOf(request),
): FastifyReply {
  reply.headers(BASE_HEADERS)
  if (failure.retryAfter !== undefined) reply.header('retry-after', String(failure.retryAfter))
  if (style === 'page')
    return reply.code(failure.status).headers(PAGE_HEADERS).send(errorPage(failure.message).text)
  const body = errorBody(style, failure)
  reply.raw.statusMessage = body.statusMessage
  return reply
    .code(failure.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body))
}

function styleOf(request: FastifyRequest): ErrorStyle {
  // There is no config where no route was found.
  const config: { errors?: ErrorStyle } | undefined = request.routeOptions.config
  return config?.errors ?? 'plain'
}
