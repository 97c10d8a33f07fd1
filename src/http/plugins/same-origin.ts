import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { sendError } from '../pipeline/send-error.ts'

/**
 * Refuses requests that another site makes a visitor's browser send: all but GET and HEAD, logging in and unlocking
 * too. A program sends neither header and is fine.
 */
export function refuseOtherOrigins(app: FastifyInstance, settings: HttpSettings): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD' || isOurs(request, settings)) return done()
    const message = 'The request comes from another site. Send it from this one, or from a program.'
    sendError(reply, request, { status: 403, message })
  })
}

function isOurs(request: FastifyRequest, settings: HttpSettings): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = request.headers
  return origin === undefined || origin === settings.origin(request)
}
