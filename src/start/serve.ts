import cluster from 'node:cluster'
import type { AddressInfo } from 'node:net'
import { startSweeping } from '../actions/sweep.ts'
import { createHttpServer } from '../http/pipeline/server.ts'
import { beat } from './heartbeat.ts'
import { createContext, openConfiguredStore } from './open-context.ts'
import { ownCondition, sendingFigure } from './own-condition.ts'
import { startProcess } from './start-process.ts'
import { createStoreClock } from './store-clock.ts'
import { watchService } from './watch.ts'
import { warnOfSettings } from './warn-of-settings.ts'

const STOP_WITHIN_MS = 10_000
/** What comes after the last request: views that are written, a store that is closed. */
const FINISH_WITHIN_MS = 5000

/** Runs the server: config, store, server, and all of it back again on SIGTERM. */
export async function serve(): Promise<void> {
  const started = startProcess()
  const { config, log, warn, exit, flushLog } = started
  const store = await openConfiguredStore(config.database, warn).catch((error: unknown) => {
    log.fatal({ err: error }, 'The database could not be opened')
    return exit(1)
  })
  const clock = createStoreClock(store)
  const watch = watchService(store, clock, log, ownCondition(started))
  const context = createContext(config, store, warn, clock.now)
  const figures = [...watch.figures, sendingFigure(context.sending)]
  const server = createHttpServer(context, config, { ...started, ...watch, figures })
  const stopSweeping = startSweeping(context, (error) => warn(error, 'Sweeping failed'))

  let isStopping = false
  async function stop(signal: string): Promise<void> {
    // A worker may be told twice: by the terminal or the system, and by its primary process.
    if (isStopping && cluster.isWorker) return
    if (isStopping) process.exit(1)
    isStopping = true
    log.info({ signal }, 'Stopping')
    setTimeout(() => {
      log.error('Requests are still running; stopping all the same')
      server.closeAllConnections()
    }, STOP_WITHIN_MS).unref()
    setTimeout(() => {
      log.error('What runs could not be finished; ending all the same')
      exit(1)
    }, STOP_WITHIN_MS + FINISH_WITHIN_MS).unref()
    await server.close()
    stopSweeping()
    watch.stop()
    await context.deletions.stop()
    await context.renderer.close()
    context.pictures.close()
    await context.bodies.settled()
    await context.views.flush().catch((error: unknown) => warn(error, 'The last views were lost'))
    await store.close()
    log.info(cluster.isWorker ? 'A worker stopped' : 'Stopped')
    exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))

  await watch.start()
  let address: AddressInfo | string | null
  try {
    address = await server.listen({ host: config.host, port: config.port })
  } catch (error) {
    log.fatal({ err: error }, `Cannot listen on ${config.host}:${config.port}`)
    return exit(1)
  }
  context.deletions.start()
  if (cluster.isWorker) {
    beat()
    // It is their primary process that says when all of them listen.
    return
  }
  warnOfSettings(config, log)
  const url = urlOf(address)
  log.info({ url }, `Listening on ${url}`)
  flushLog()
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
