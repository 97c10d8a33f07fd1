import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { openConfiguredStore } from '../open-context.ts'
import { startProcess } from '../start-process.ts'
import { sumMetrics } from './shared-metrics.ts'

const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
/** A worker that lived this long didn't die of its start. */
const HEALTHY_AFTER_MS = 10_000

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
  sumMetrics()
  // All workers accept from one socket. Handed out by this process, a connection on its way to a worker that dies
  // would stay open without an answer.
  cluster.schedulingPolicy = cluster.SCHED_NONE

  /** set once all workers listen */
  let url: string | undefined
  let isStopping = false
  let exitCode = 0
  let quickDeaths = 0
  const listening = new Set<number>()
  const startedAt = new Map<number, number>()

  function startWorker(): void {
    const worker = cluster.fork()
    startedAt.set(worker.id, Date.now())
    log.info({ worker: worker.process.pid }, 'Starting a worker')
  }

  cluster.on('listening', (worker, { port }) => {
    listening.add(worker.id)
    if (url !== undefined || listening.size < count) return
    url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    log.info({ url, workers: count }, `Listening on ${url}`)
    flushLog()
  })

  cluster.on('exit', (worker, code, signal) => {
    listening.delete(worker.id)
    const lifetime = Date.now() - (startedAt.get(worker.id) ?? 0)
    startedAt.delete(worker.id)
    if (isStopping) {
      if (startedAt.size > 0) return
      log.info('Stopped')
      exit(exitCode)
    }
    // Workers that can't even start the first time won't by trying again.
    if (url === undefined) stop(1)
    else void replace(worker, lifetime, code, signal)
  })

  async function replace(worker: Worker, lifetime: number, code: number, signal: string): Promise<void> {
    quickDeaths = lifetime < HEALTHY_AFTER_MS ? quickDeaths + 1 : 0
    const pause =
      quickDeaths === 0 ? 0 : Math.min(SHORTEST_PAUSE_MS * 2 ** (quickDeaths - 1), LONGEST_PAUSE_MS)
    log.error({ worker: worker.process.pid, code, signal, pause }, 'A worker died; another takes its place')
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
  process.on('SIGTERM', () => stop(0)).on('SIGINT', () => stop(0))

  for (let started = 0; started < count; started++) startWorker()
}
