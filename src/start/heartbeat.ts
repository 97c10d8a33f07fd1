import cluster, { type Worker } from 'node:cluster'

const BEAT_EVERY_MS = 1000
/** Nothing that a worker does for others takes so long without a pause. */
const FROZEN_AFTER_MS = 15_000

const BEAT = { neptun: 'alive' } as const

/** In a worker: tells the primary process that this one goes on. */
export function beat(): void {
  setInterval(() => process.connected && process.send?.(BEAT), BEAT_EVERY_MS).unref()
}

/**
 * In the primary process: ends workers that go on no more, whose connections wait for ever. Who has never said
 * anything is still starting.
 *
 * @param onFrozen told before a worker is ended; another takes its place as for every one that dies
 */
export function watchBeats(onFrozen: (worker: Worker) => void): void {
  const heardAt = new Map<number, number>()
  let lookedAt = performance.now()
  cluster.on('message', (worker, message: unknown) => {
    if (isBeat(message)) heardAt.set(worker.id, performance.now())
  })
  cluster.on('exit', (worker) => heardAt.delete(worker.id))
  setInterval(() => {
    const now = performance.now()
    // Who was halted themselves, with all the machine, has heard nobody meanwhile.
    const wasHalted = now - lookedAt > 3 * BEAT_EVERY_MS
    lookedAt = now
    for (const [id, at] of heardAt) {
      if (wasHalted) heardAt.set(id, now)
      const worker = cluster.workers?.[id]
      if (wasHalted || !worker || now - at < FROZEN_AFTER_MS) continue
      heardAt.delete(id)
      onFrozen(worker)
      worker.process.kill('SIGKILL')
    }
  }, BEAT_EVERY_MS).unref()
}

function isBeat(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'neptun' in message && message.neptun === BEAT.neptun
  )
}
