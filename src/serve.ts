import type { AddressInfo } from 'node:net'
import { destination, pino, stdTimeFunctions } from 'pino'
import { startSweeping } from './actions/sweep.ts'
import { ConfigError, readConfig } from './config/config.ts'
import { createHttpServer } from './http/server.ts'
import { createContext, openConfiguredStore } from './open-context.ts'

const LOG_BUFFER_BYTES = 8 * 1024
const LOG_FLUSH_MS = 500
const STOP_WITHIN_MS = 10_000

/** Runs the server: config, store, server, and all of it back again on SIGTERM. */
export async function serve(): Promise<void> {
  // What is written here is private: readable for this user alone.
  process.umask(0o077)
  const config = readConfigOrExit()
  const lines = destination({ dest: 1, sync: false, minLength: LOG_BUFFER_BYTES })
  const log = pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describeError },
    },
    lines,
  )
  const flushing = setInterval(() => lines.flush(), LOG_FLUSH_MS).unref()
  const warn = (error: unknown, message: string): void => log.warn({ err: error }, message)

  const store = await openConfiguredStore(config.database, warn).catch((error: unknown) => {
    log.fatal({ err: error }, 'The database could not be opened')
    lines.flushSync()
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
    clearInterval(flushing)
    log.info('Stopped')
    lines.flushSync()
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))

  try {
    await server.app.listen({ host: config.host, port: config.port })
  } catch (error) {
    log.fatal({ err: error }, `Cannot listen on ${config.host}:${config.port}`)
    lines.flushSync()
    process.exit(1)
  }
  const url = urlOf(server.app.server.address())
  log.info({ url }, `Listening on ${url}`)
  lines.flush()
}

/** What of an error is logged: its other fields may quote rows, and with them somebody's chat. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause }
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
