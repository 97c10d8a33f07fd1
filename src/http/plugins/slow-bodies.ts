import type { FastifyInstance } from 'fastify'
import { answerRawError } from './raw-errors.ts'

const IDLE_TIMEOUT_MS = 15_000

/** A body of which nothing more comes is given up; a slow one that keeps coming isn't. */
export function limitSlowBodies(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const { raw } = request
      raw.setTimeout(IDLE_TIMEOUT_MS, () => answerRawError(idle(), raw.socket))
      raw.once('end', () => raw.socket.setTimeout(0))
    }
    done()
  })
}

/** The error that Node has for headers that don't come in time. */
function idle(): Error & { code: string } {
  return Object.assign(new Error('No more of the body came.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
}
