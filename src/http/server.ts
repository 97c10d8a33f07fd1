import { createServer, type Server as NodeServer } from 'node:http'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Context } from '../actions/context.ts'
import type { Config } from '../config/config.ts'
import { registerEndpoints } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { httpSettings } from './http-settings.ts'
import { createMetrics } from './metrics.ts'
import { readBodies } from './plugins/bodies.ts'
import { refuseWhileClosing } from './plugins/closing.ts'
import { requireAccess } from './plugins/default-deny.ts'
import { answerBadUrl, answerErrors } from './plugins/errors.ts'
import { answerRawError } from './plugins/raw-errors.ts'
import { logRequests } from './plugins/request-log.ts'
import { refuseOtherOrigins } from './plugins/same-origin.ts'
import { limitSlowBodies } from './plugins/slow-bodies.ts'
import { answerUnknownRoutes } from './plugins/unknown-routes.ts'

const MiB = 1024 * 1024
/** An answer of which a reader takes nothing for so long is given up: it holds its bytes. */
const STALLED_READER_MS = 120_000
const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 65_000

export interface Server {
  readonly app: FastifyInstance
  /** Finishes what runs, refuses what comes anew, then resolves. */
  close(): Promise<void>
}

/** Puts the HTTP server together; it doesn't listen yet. */
export function createHttpServer(context: Context, config: Config, log: FastifyBaseLogger): Server {
  const app = Fastify<NodeServer>({
    // Requests are logged by a hook of ours, which leaves out what is private.
    logger: false,
    trustProxy: trustedProxies(config.trustProxy),
    bodyLimit: MiB,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // A long name of a share is no share's name; it isn't another route.
    routerOptions: { maxParamLength: 16 * 1024 },
    clientErrorHandler: answerRawError,
    frameworkErrors: (error, request, reply) => answerBadUrl({ error, request, reply }),
    serverFactory: (handler) =>
      createServer(
        {
          headersTimeout: HEADERS_TIMEOUT_MS,
          // Bodies have limits of their own: plugins/slow-bodies.ts
          requestTimeout: 0,
          keepAliveTimeout: KEEP_ALIVE_MS,
          connectionsCheckingInterval: 2000,
        },
        handler,
      ),
  })

  app.server.timeout = STALLED_READER_MS

  const metrics = createMetrics()
  const settings = httpSettings(config, metrics, log)
  requireAccess(app)
  app.decorateRequest('neptunSession', undefined)
  const beginClosing = refuseWhileClosing(app)
  logRequests(app, metrics, log)
  refuseOtherOrigins(app, settings)
  limitSlowBodies(app)
  readBodies(app)
  answerErrors(app, context, log)
  answerUnknownRoutes(app)
  registerEndpoints(app, endpoints, context, settings)

  return {
    app,
    async close() {
      beginClosing()
      await app.close()
    },
  }
}

/** A number of proxies means the nearest ones. */
function trustedProxies(
  trusted: Config['trustProxy'],
): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof trusted === 'number' ? (_address, hop) => hop < trusted : trusted
}
