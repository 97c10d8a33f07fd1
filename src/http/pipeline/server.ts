import { createServer, type Server as NodeServer } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from '../../actions/context.ts'
import type { Config } from '../../start/config.ts'
import { endpoints } from '../endpoints.ts'
import { httpSettings } from './http-settings.ts'
import { createMetrics } from './metrics.ts'
import { readBodies } from '../plugins/bodies.ts'
import { refuseWhileClosing } from '../plugins/closing.ts'
import { requireAccess } from '../plugins/default-deny.ts'
import { answerBadUrl, answerErrors } from '../plugins/errors.ts'
import { answerRawError } from '../plugins/raw-errors.ts'
import { createRequestRecord, recordRequests } from '../plugins/request-log.ts'
import { refuseOtherOrigins } from '../plugins/same-origin.ts'
import { limitSlowBodies } from '../plugins/slow-bodies.ts'
import { createReadLane, type ReadLane } from './read-lane.ts'
import type { StartedProcess } from '../../start/start-process.ts'
import { registerEndpoints } from './register-endpoints.ts'
import { answerUnknownRoutes } from '../plugins/unknown-routes.ts'

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
export function createHttpServer(
  context: Context,
  config: Config,
  { log, logRequest }: Pick<StartedProcess, 'log' | 'logRequest'>,
): Server {
  const trust = trustedProxies(config.trustProxy)
  const nextId = countRequests()
  let readLane: ReadLane | undefined
  const app = Fastify<NodeServer>({
    // Requests are logged by a hook of ours, which leaves out what is private.
    logger: false,
    // Endpoints check their input and write their answers themselves: Ajv, which Fastify would load, has nothing to do.
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    trustProxy: trust,
    genReqId: nextId,
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
        (request, response) => {
          if (!readLane?.(request, response)) handler(request, response)
        },
      ),
  })

  app.server.timeout = STALLED_READER_MS

  const metrics = createMetrics()
  const settings = httpSettings(config, metrics, log)
  requireAccess(app)
  const closing = refuseWhileClosing(app)
  const record = createRequestRecord(metrics, logRequest)
  recordRequests(app, record)
  refuseOtherOrigins(app, settings)
  limitSlowBodies(app)
  readBodies(app)
  answerErrors(app, context, log)
  answerUnknownRoutes(app)
  registerEndpoints(app, endpoints, context, settings)
  readLane = createReadLane(endpoints, {
    context,
    settings,
    log,
    record,
    isClosing: closing.isClosing,
    addressOf: (request) =>
      trust === false ? (request.socket.remoteAddress ?? '') : proxyAddress(request, trust),
    nextId,
  })

  return {
    app,
    async close() {
      closing.begin()
      await app.close()
    },
  }
}

function refuseSchemas(): never {
  throw new Error('Fastify is given no schemas: an endpoint declares them (endpoint.ts).')
}

/** Which addresses are proxies of ours; a number means the nearest ones. */
function trustedProxies(trusted: Config['trustProxy']): false | ((address: string, hop: number) => boolean) {
  if (trusted === false) return false
  return typeof trusted === 'number' ? (_address, hop) => hop < trusted : proxyAddress.compile(trusted)
}

function countRequests(): () => string {
  let count = 0
  return () => `req-${(++count).toString(36)}`
}
