import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Context } from '../../actions/context.ts'
import type { Config } from '../../start/config.ts'
import { readOpenFileLimit } from '../../start/own-condition.ts'
import type { StartedProcess } from '../../start/start-process.ts'
import type { Watch } from '../../start/watch.ts'
import { endpoints } from '../endpoints.ts'
import { httpSettings } from './http-settings.ts'
import { createMetrics } from './metrics.ts'
import { STALLED_READER_MS } from './large-answers.ts'
import { createPipeline } from './pipeline.ts'
import { answerRawErrors } from './raw-errors.ts'

const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 65_000

/** Of the files that the process may have open, how many connections are many, and how many there are at most. */
const MANY_OF_OPEN_FILES = 0.7
const MOST_OF_OPEN_FILES = 0.9
const GIVE_WAY_EVERY_MS = 100

export interface Server {
  /** Resolves once it listens. @returns the address it got */
  listen(at: { readonly host: string; readonly port: number }): Promise<AddressInfo | string | null>
  /** Finishes what runs, refuses what comes anew, then resolves. */
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
  let isClosing = false
  const metrics = createMetrics(figures)
  const settings = httpSettings(config, { metrics, log, checks })
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Bodies have limits of their own: input/body.ts and input/upload.ts
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 2000,
    },
    createPipeline(endpoints, {
      context,
      settings,
      metrics,
      log,
      logRequest,
      isClosing: () => isClosing,
    }),
  )
  server.timeout = STALLED_READER_MS
  server.on('clientError', answerRawErrors(settings.baseHeaders))
  const connections = new Set<Socket>()
  const most = readOpenFileLimit()
  // The store's files and connections need some, too.
  if (most !== undefined) server.maxConnections = Math.floor(most * MOST_OF_OPEN_FILES)
  let gaveWayAt = 0
  server.on('connection', (socket) => {
    connections.add(socket)
    if (most === undefined || connections.size < most * MANY_OF_OPEN_FILES) return
    if (performance.now() - gaveWayAt < GIVE_WAY_EVERY_MS) return
    gaveWayAt = performance.now()
    // Those that wait for their next request give way to those who have one.
    server.closeIdleConnections()
  })
  server.on('connection', (socket) => {
    socket.once('close', () => connections.delete(socket))
  })

  return {
    async listen(at) {
      server.listen(at)
      await once(server, 'listening')
      return server.address()
    },
    async close() {
      isClosing = true
      const closed = once(server, 'close')
      server.close()
      // Node ends connections that wait for their next request, but not those that wait for their first.
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
      await closed
    },
    closeAllConnections() {
      server.closeAllConnections()
    },
  }
}
