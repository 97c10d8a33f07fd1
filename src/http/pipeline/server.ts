import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from '../../actions/context.ts'
import type { Config } from '../../start/config.ts'
import type { StartedProcess } from '../../start/start-process.ts'
import type { Watch } from '../../start/watch.ts'
import { endpoints } from '../endpoints.ts'
import { watchConnections } from './connections.ts'
import { httpSettings } from './http-settings.ts'
import { createMetrics } from './metrics.ts'
import { createPipeline } from './pipeline.ts'
import { listenTogether } from './listeners.ts'
import { answerRawErrors } from './raw-errors.ts'

const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 65_000

/** Of workers, their primary takes the connections, and has nothing else to do. */
const SOCKETS = cluster.isWorker ? 1 : 32

export interface Server {
  /** Resolves once it listens. @returns the address it got */
  listen(at: { readonly host: string; readonly port: number }): Promise<AddressInfo | string | null>
  /** From here on health says that requests should go elsewhere, and each connection ends with its answer. */
  leave(): void
  /** Takes no new connections, finishes what runs, then resolves. */
  close(): Promise<void>
  /** Ends what still runs. */
  closeAllConnections(): void
}

/** Puts the HTTP server together; it doesn't listen yet. */
export function createHttpServer(
  context: Context,
  config: Config,
  {
    log,
    logRequest,
    figures,
    checks,
  }: Pick<StartedProcess, 'log' | 'logRequest'> & Pick<Watch, 'figures' | 'checks'>,
): Server {
  let isLeaving = false
  const metrics = createMetrics(figures)
  const settings = httpSettings(config, { metrics, log, checks, isLeaving: () => isLeaving })
  const answer = createPipeline(endpoints, { context, settings, metrics, log, logRequest })
  const create = (): HttpServer =>
    createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        // Bodies have limits of their own: input/body.ts and input/upload.ts
        requestTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: 2000,
        // Most requests have no body: nobody waits for the end of what isn't there.
        optimizeEmptyRequests: true,
      },
      answer,
    ).on('clientError', answerRawErrors(settings.baseHeaders))
  const servers = [create(), ...Array.from({ length: SOCKETS - 1 }, create)] as const
  const connections = watchConnections(servers)
  let listening: readonly HttpServer[] = []

  return {
    async listen(at) {
      const together = await listenTogether(servers, at)
      ;({ listening } = together)
      return together.address
    },
    leave() {
      isLeaving = true
    },
    async close() {
      const closed = Promise.all(listening.map((server) => once(server, 'close')))
      // What waits in the system when nobody listens any more is lost.
      await connections.untilNoneWaits()
      for (const server of listening) server.close()
      // Node ends connections that wait for their next request, but not those that wait for their first.
      connections.endUnused()
      await closed
    },
    closeAllConnections() {
      for (const server of listening) server.closeAllConnections()
    },
  }
}
