import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BASE_HEADERS } from '../pipeline/answer.ts'
import { PAGE_HEADERS } from '../pages/document.ts'
import { lostPage } from '../pages/lost-page.ts'
import { notFoundPage } from '../pages/share/not-found-page.ts'
import { sendError } from '../pipeline/send-error.ts'

/** Answers what is no route of ours: people get a page, programs the one shape of errors. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler(answerUnknown)
  // Before a body is read that nobody asked for.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answerUnknown(request, reply)
    else done()
  })
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { url, headers } = request
  const share = /^(\/shared\/chats\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/+(\?.*)?$/i.exec(url)
  if (share) {
    const location = `${share[1] ?? ''}${share[2] ?? ''}`
    return reply
      .code(308)
      .headers({ ...BASE_HEADERS, location })
      .send()
  }
  const isForPeople = /\btext\/html\b/i.test(headers.accept ?? '') && !/^\/api(?:[/?]|$)/.test(url)
  if (!isForPeople) return sendError(reply, request, { status: 404, message: 'Route not found' })
  const page = url.startsWith('/shared/') ? notFoundPage() : lostPage()
  return reply
    .code(404)
    .headers({ ...BASE_HEADERS, ...PAGE_HEADERS })
    .send(page.text)
}
