import type { FastifyInstance } from 'fastify'
import { sendError } from '../pipeline/send-error.ts'

/**
 * While the server stops, what runs is finished and what comes in anew on open connections is sent elsewhere.
 */
export function refuseWhileClosing(app: FastifyInstance): {
  begin(this: void): void
  isClosing(this: void): boolean
} {
  let isClosing = false
  app.addHook('onRequest', (request, reply, done) => {
    if (!isClosing) return done()
    reply.header('connection', 'close')
    const message = 'The server is stopping. Try again in a moment.'
    sendError(reply, request, { status: 503, message, retryAfter: 1 })
  })
  return {
    begin() {
      isClosing = true
    },
    isClosing: () => isClosing,
  }
}
