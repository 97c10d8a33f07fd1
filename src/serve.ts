import type { AddressInfo } from 'node:net'
import { startSweeping } from './actions/sweep.ts'
import { ConfigError, readConfig } from './config/config.ts'
import { createHttpServer } from './http/server.ts'
import { openLog } from './log.ts'
import { createContext, openConfiguredStore } from './open-context.ts'

const STOP_WITHIN_MS = 10_000

/** Runs the server: config, store, server, and all of it back again on SIGTERM. */
export async function serve(): Promise<void> {
  // What is written here is private: readable for this user alone.
  process.umask(0o077)
  const config = readConfigOrExit()
  const { logger: log, flush, flushSync } = openLog(config.logLevel)
  const warn = (error: unknown, message: string): void => log.warn({ err: error }, message)

  const store = await openConfiguredStore(config.database, warn).catch((error: unknown) => {
    log.fatal({ err: error }, 'The database could not be opened')
    flushSync()
    process.exit(1)
  })
  const context = createContext(config, store, warn)
  const server = createHttpServer(context, config, log)
  const stopSweeping = startSweeping(context, (error) => warn(error, 'Sweeping failed'))

  let isStopping = false
  async function stop(signal: string): Promise<void> {
    if (isStopping) process.exit(1)
    isStopping = true
    log.info({ signal }, 'Stopping')
    setTimeout(() => {
      log.error('Requests are still running; stopping all the same')
      server.app.server.closeAllConnections()
    }, STOP_WITHIN_MS).unref()
    await server.close()
    stopSweeping()
    await context.renderer.close()
    await context.views.flush().catch((error: unknown) => warn(error, 'The last views were lost'))
    await store.close()
    log.info('Stopped')
    flushSync()
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))

  try {
    await server.app.listen({ host: config.host, port: config.port })
  } catch (error) {
    log.fatal({ err: error }, `Cannot listen on ${config.host}:${config.port}`)
    flushSync()
    process.exit(1)
  }
  const url = urlOf(server.app.server.address())
  log.info({ url }, `Listening on ${url}`)
  flush()
}

function readConfigOrExit(): ReturnType<typeof readConfig> {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`Neptun Share cannot start:\n${error.message}\n`)
    process.exit(1)
  }
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
