import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answerRawError } from './raw-errors.ts'

const IDLE_TIMEOUT_MS = 15_000
const BODY_TIMEOUT_MS = 300_000
const LINGER_MS = 20_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** the endpoint reads the body itself and limits how long that takes */
    readsBody?: boolean
  }
}

/**
 * A body of which nothing more comes is given up, and one that comes too slowly. Node's own limit for requests is
 * one for all, so it is off; the endpoints that take large files have theirs.
 */
export function limitSlowBodies(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    if (hasBody(request) && request.routeOptions.config?.readsBody !== true) {
      raw.setTimeout(IDLE_TIMEOUT_MS, () => answerRawError(late(), raw.socket))
      const timer = setTimeout(() => answerRawError(late(), raw.socket), BODY_TIMEOUT_MS)
      raw.once('end', () => raw.socket.setTimeout(0))
      for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
    }
    done()
  })
  // Who was answered before all was sent gets time to read that; the rest is dropped.
  app.addHook('onResponse', (request, _reply, done) => {
    const { raw } = request
    if (hasBody(request) && !raw.complete) {
      raw.socket.setTimeout(0)
      raw.resume()
      const timer = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref()
      for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
    }
    done()
  })
}

function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/** The error that Node has for headers that don't come in time. */
function late(): Error & { code: string } {
  return Object.assign(new Error('The body did not come in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
}
