import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, Registry } from 'prom-client'
import type { Config } from './config.ts'
import { watchBeats } from './heartbeat.ts'
import { openConfiguredStore } from './open-context.ts'
import { onStop } from './stop-signals.ts'
import { startProcess } from './start-process.ts'
import { sumMetrics } from './shared-metrics.ts'
import { warnOfSettings } from './warn-of-settings.ts'

const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
/** A worker that lived this long didn't die of its start. */
const HEALTHY_AFTER_MS = 10_000
/** Of workers one after the other, while none serves: some seconds. */
const MOST_FAILED_STARTS = 5

/**
 * Runs the server in several processes that share one port, and puts another in the place of each that dies. This
 * process itself answers nobody: it brings the schema up to date before the first worker starts, and passes signals
 * on.
 */
export async function runWorkers(count: number): Promise<void> {
  const { config, log, exit, flushLog } = startProcess()
  const opened = await openConfiguredStore(config.database).catch((error: unknown) => {
    log.fatal({ err: error }, 'The database could not be opened')
    return exit(1)
  })
  await opened.close()
  warnOfSettings(config, log)
  const port = await findPort(config).catch((error: unknown) => {
    log.fatal({ err: error }, `Cannot listen on ${config.host}:${config.port}`)
    return exit(1)
  })
  const registry = new Registry()
  const replaced = new Counter({
    name: 'neptun_workers_replaced_total',
    help: 'Workers in whose place another was started: they died, or were frozen and ended',
    labelNames: ['cause'],
    registers: [registry],
  })
  const frozen = new Set<number>()
  for (const cause of ['died', 'frozen']) replaced.inc({ cause }, 0)
  sumMetrics(registry)
  watchBeats((worker) => {
    frozen.add(worker.id)
    log.error({ worker: worker.process.pid }, 'A worker does nothing any more; it is ended')
  })
  // All workers accept from one socket. Handed out by this process, a connection on its way to a worker that dies
  // would stay open without an answer.
  cluster.schedulingPolicy = cluster.SCHED_NONE

  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  let haveAllListened = false
  let isStopping = false
  let exitCode = 0
  let quickDeaths = 0
  /** since a worker last listened */
  let failedStarts = 0
  const listening = new Set<number>()
  const startedAt = new Map<number, number>()

  function startWorker(): void {
    const worker = cluster.fork({ PORT: String(port) })
    startedAt.set(worker.id, Date.now())
    log.info({ worker: worker.process.pid }, 'Starting a worker')
  }

  cluster.on('listening', (worker) => {
    listening.add(worker.id)
    failedStarts = 0
    if (haveAllListened || listening.size < count) return
    haveAllListened = true
    log.info({ url, workers: count }, `Listening on ${url}`)
    flushLog()
  })

  cluster.on('exit', (worker, code, signal) => {
    if (!listening.delete(worker.id)) failedStarts += 1
    const lifetime = Date.now() - (startedAt.get(worker.id) ?? 0)
    startedAt.delete(worker.id)
    if (isStopping) {
      if (startedAt.size > 0) return
      log.info('Stopped')
      exit(exitCode)
    }
    const told = { worker: worker.process.pid, code, signal }
    if (!haveAllListened) {
      // Workers that can't even start the first time won't by trying again.
      log.fatal(told, 'A worker ended before all of them listened')
      stop(1)
    } else if (listening.size === 0 && failedStarts >= MOST_FAILED_STARTS) {
      log.fatal(told, `No worker serves any more, and the last ${failedStarts} could not start`)
      stop(1)
    } else {
      replaced.inc({ cause: frozen.delete(worker.id) ? 'frozen' : 'died' })
      void replace(told, lifetime)
    }
  })

  async function replace(told: object, lifetime: number): Promise<void> {
    quickDeaths = lifetime < HEALTHY_AFTER_MS ? quickDeaths + 1 : 0
    const pause =
      quickDeaths === 0 ? 0 : Math.min(SHORTEST_PAUSE_MS * 2 ** (quickDeaths - 1), LONGEST_PAUSE_MS)
    log.error({ ...told, pause }, 'A worker died; another takes its place')
    await sleep(pause)
    if (!isStopping) startWorker()
  }

  function stop(code: number): void {
    if (isStopping) return
    isStopping = true
    exitCode = code
    log.info('Stopping')
    if (startedAt.size === 0) exit(code)
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  }
  onStop(() => stop(0), stopAtOnce)

  function stopAtOnce(): void {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
    exit(1)
  }

  for (let started = 0; started < count; started++) startWorker()
}

/**
 * The port that all workers will share. Found before the first of them starts: if they chose one themselves, those
 * that come after all others died would choose another.
 *
 * @throws Error when nobody can listen there
 */
async function findPort({ host, port }: Config): Promise<number> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address === null || typeof address === 'string' ? port : address.port
}
