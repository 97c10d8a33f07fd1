import cluster from 'node:cluster'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSweeping } from '../actions/sweep.ts'
import { createHttpServer } from '../http/pipeline/server.ts'
import { beat } from './heartbeat.ts'
import { createContext, openConfiguredStore } from './open-context.ts'
import { mailCondition } from './mail-condition.ts'
import { ownCondition, sendingFigure } from './own-condition.ts'
import { startProcess } from './start-process.ts'
import { onStop } from './stop-signals.ts'
import { createStoreClock } from './store-clock.ts'
import { watchService } from './watch.ts'
import { warnOfSettings } from './warn-of-settings.ts'

/** Until proxies have noticed that health fails, and send requests elsewhere. */
const LEAVE_MS = 3000
/** All of it together, as service managers wait for ten seconds. */
const REQUESTS_END_WITHIN_MS = 8000
/** What comes after the last request: views that are written, a store that is closed. */
const END_WITHIN_MS = 9500

/** Runs the server: config, store, server, and all of it back again when it is told to stop. */
export async function serve(): Promise<void> {
  const started = startProcess()
  const { config, log, warn, exit, flushLog } = started
  const store = await openConfiguredStore(config.database, warn).catch((error: unknown) => {
    log.fatal({ err: error }, 'The database could not be opened')
    return exit(1)
  })
  const clock = createStoreClock(store)
  const own = [ownCondition(started), ...(config.mail ? [mailCondition(store, clock.now)] : [])]
  const watch = watchService(store, clock, log, {
    checks: own.flatMap(({ checks }) => checks),
    figures: own.flatMap(({ figures }) => figures),
  })
  const context = createContext(config, store, warn, clock.now)
  const figures = [...watch.figures, sendingFigure(context.sending)]
  const server = createHttpServer(context, config, { ...started, ...watch, figures })
  const stopSweeping = startSweeping(context, (error) => warn(error, 'Sweeping failed'))

  async function stop(reason: string): Promise<void> {
    log.info({ reason }, 'Stopping')
    setTimeout(() => {
      log.error('Requests are still running; stopping all the same')
      server.closeAllConnections()
    }, REQUESTS_END_WITHIN_MS).unref()
    setTimeout(() => {
      log.error('What runs could not be finished; ending all the same')
      exit(1)
    }, END_WITHIN_MS).unref()
    server.leave()
    if (config.trustProxy !== false) await sleep(LEAVE_MS)
    await server.close()
    stopSweeping()
    watch.stop()
    await context.deletions.stop()
    await context.background.stop()
    await Promise.all([context.outbox?.stop(), context.webhooks.stop()])
    await context.searchIndex.stop()
    await context.renderer.close()
    context.pictures.close()
    await context.bodies.settled()
    await context.views.flush().catch((error: unknown) => warn(error, 'The last views were lost'))
    await store.close()
    log.info(cluster.isWorker ? 'A worker stopped' : 'Stopped')
    exit(0)
  }
  onStop(
    (reason) => void stop(reason),
    () => exit(1),
  )

  await watch.start()
  let address: AddressInfo | string | null
  try {
    address = await server.listen({ host: config.host, port: config.port })
  } catch (error) {
    log.fatal({ err: error }, `Cannot listen on ${config.host}:${config.port}`)
    return exit(1)
  }
  context.deletions.start()
  context.outbox?.start()
  context.webhooks.start()
  context.searchIndex.start()
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
