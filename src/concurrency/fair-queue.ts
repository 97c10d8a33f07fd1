/** Thrown when a {@link FairQueue} has no room for a work, or drops it to make room for others. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull'
}

/** How much of a {@link FairQueue} runs and waits at most. */
export interface FairQueueLimits {
  /** works that run side by side */
  readonly atOnce: number
  /** of these, works of one key */
  readonly atOncePerKey: number
  /** works that wait, of all keys together */
  readonly waiting: number
  /** of these, works of one key */
  readonly waitingPerKey: number
}

/** Works that take turns by key (an account, an address): who asks for much waits longer, and nobody else does. */
export interface FairQueue {
  /**
   * Runs work when its turn comes, and settles as it does. Keys take turns; works of one key begin in their order.
   *
   * When the queue is full, the key with the most waiting gives up its newest work, so that a flood of one key never
   * keeps out another.
   *
   * @param options.signal takes the work out of the queue while it waits. Work that runs has to watch it itself
   * @throws QueueFull when there is no room; the signal's reason when it is aborted before the work began
   */
  run<T>(key: string, work: () => T | Promise<T>, options?: { readonly signal?: AbortSignal }): Promise<T>
  /** how many works wait */
  readonly waiting: number
  /** how many works run */
  readonly running: number
  /** some wait for works of others to end */
  readonly isCrowded: boolean
}

interface Waiter {
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/** A key's works: those that wait, oldest first, and how many run. */
interface Line {
  readonly waiters: Set<Waiter>
  running: number
}

export function createFairQueue(limits: FairQueueLimits): FairQueue {
  // In the order of their turns: who got one, or is done with it, goes to the end.
  const lines = new Map<string, Line>()
  let running = 0
  let waiting = 0

  function beginNext(): void {
    while (running < limits.atOnce) {
      const next = findNext()
      if (!next) return
      const { line, waiter } = next
      line.waiters.delete(waiter)
      waiting--
      waiter.begin()
    }
  }

  function findNext(): { line: Line; waiter: Waiter } | undefined {
    if (waiting === 0) return undefined
    for (const line of lines.values()) {
      const [waiter] = line.waiters
      if (waiter && line.running < limits.atOncePerKey) return { line, waiter }
    }
    return undefined
  }

  function finish(key: string, line: Line): void {
    running--
    line.running--
    moveToEnd(key, line)
    forgetIfIdle(key, line)
    // What waits for nothing but SQLite never leaves the event loop: others have their turn before the next one.
    if (waiting > 0) setImmediate(beginNext)
  }

  function moveToEnd(key: string, line: Line): void {
    lines.delete(key)
    lines.set(key, line)
  }

  function leave(key: string, line: Line, waiter: Waiter, reason: unknown): void {
    if (!line.waiters.delete(waiter)) return
    waiting--
    forgetIfIdle(key, line)
    waiter.giveUp(reason)
  }

  function forgetIfIdle(key: string, line: Line): void {
    if (line.running === 0 && line.waiters.size === 0) lines.delete(key)
  }

  /** @returns whether one more of this key may wait */
  function makeRoom(own: number): boolean {
    if (own >= limits.waitingPerKey) return false
    if (waiting < limits.waiting) return true
    let longest: { key: string; line: Line } | undefined
    for (const [key, line] of lines) {
      if (line.waiters.size > (longest?.line.waiters.size ?? own + 1)) longest = { key, line }
    }
    const newest = longest && [...longest.line.waiters].at(-1)
    if (!longest || !newest) return false
    leave(longest.key, longest.line, newest, fullError())
    return true
  }

  async function runNow<T>(key: string, line: Line, work: () => T | Promise<T>): Promise<T> {
    running++
    line.running++
    moveToEnd(key, line)
    try {
      return await work()
    } finally {
      finish(key, line)
    }
  }

  return {
    run<T>(key: string, work: () => T | Promise<T>, { signal }: { readonly signal?: AbortSignal } = {}) {
      // Nearly always there is nobody to wait for.
      const line = lines.get(key) ?? { waiters: new Set(), running: 0 }
      const isFree = waiting === 0 && running < limits.atOnce && line.running < limits.atOncePerKey
      if (isFree && signal?.aborted !== true) return runNow(key, line, work)
      return new Promise<T>((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        if (!makeRoom(line.waiters.size)) {
          reject(fullError())
          return
        }
        lines.set(key, line)
        const abort = (): void => leave(key, line, waiter, signal?.reason)
        const waiter: Waiter = {
          begin() {
            signal?.removeEventListener('abort', abort)
            void runNow(key, line, work).then(resolve, reject)
          },
          giveUp(reason) {
            signal?.removeEventListener('abort', abort)
            reject(reason)
          },
        }
        line.waiters.add(waiter)
        waiting++
        signal?.addEventListener('abort', abort, { once: true })
        beginNext()
      })
    },
    get waiting() {
      return waiting
    },
    get running() {
      return running
    },
    get isCrowded() {
      return waiting > 0 && running >= limits.atOnce
    },
  }
}

function fullError(): QueueFull {
  return new QueueFull('Too much is waiting already.')
}
