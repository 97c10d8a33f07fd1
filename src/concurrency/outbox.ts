/** Longer than sending takes at most: what a process that ended was sending is sent by another one then. */
export const LEASE_MS = 90_000
/** What another process left behind is found so late at most. */
const LOOK_EVERY_MS = 15_000
const SHORTEST_WAIT_MS = 20
const STOP_WITHIN_MS = 3000

const SECOND = 1000
const MINUTE = 60 * SECOND
/** Pauses after each attempt that failed; the last one goes on. */
const PAUSES = [2, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200].map((seconds) => seconds * SECOND)

/** Something that waits in the store, and that this process is sending. */
export interface Claimed {
  readonly id: number
  /** with this one */
  readonly attempts: number
  /** the end of the lease */
  readonly dueAt: number
  readonly givesUpAt: number
}

/** What waits in the store. Any process sends whatever is due; a crash loses nothing. */
export interface Outbox {
  /** Looks for what is due; call it when something was put there. */
  wake(): void
  start(): void
  /** Resolves when nothing is under way any more, or takes too long. */
  stop(): Promise<void>
}

export interface Waiting<Item extends Claimed> {
  /** Takes what is due, so that no other process sends it before the lease ends. @param underWay in this process */
  claim(now: number, underWay: readonly Item[]): Promise<Item | undefined>
  /** It was sent, or given up. One whose lease has ended is another process's by now. */
  remove(item: Item): Promise<void>
  postpone(item: Item, until: number): Promise<void>
  /** When the next one is due that may be claimed then; undefined when none waits. */
  nextDue(underWay: readonly Item[]): Promise<number | undefined>
  /** @throws Error when it wasn't taken */
  send(item: Item, signal: AbortSignal): Promise<void>
  /** Told what went wrong, and whether it was the last attempt. */
  onFailure(error: unknown, wasLast: boolean): void
}

/**
 * @param options.atOnce so many one process sends side by side: one that hangs keeps no other from leaving
 * @param options.pauses in milliseconds, after each attempt that failed
 */
export function createOutbox<Item extends Claimed>(
  waiting: Waiting<Item>,
  now: () => number,
  options: { readonly atOnce: number; readonly pauses?: readonly number[] | undefined },
): Outbox {
  const { atOnce, pauses = PAUSES } = options
  /** nothing more begins */
  let isStopped = false
  /** what is under way is broken off */
  const breaking = new AbortController()
  const underWay = new Map<Item, Promise<void>>()
  let running: Promise<void> | undefined
  let isWoken = false
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    let hasFailed = false
    try {
      do {
        isWoken = false
        await sendDue()
        // oxlint-disable-next-line typescript/no-unnecessary-condition -- woken while it sent
      } while (isWoken)
    } catch (error) {
      // The store doesn't answer, or takes no writes; what waits there stays there.
      hasFailed = true
      waiting.onFailure(error, false)
    } finally {
      running = undefined
      await lookAgain(hasFailed)
    }
  }

  async function sendDue(): Promise<void> {
    for (;;) {
      if (underWay.size >= atOnce || isStopped) return
      const item = await waiting.claim(now(), [...underWay.keys()])
      if (!item) return
      const sending = deliver(item).finally(() => {
        underWay.delete(item)
        wake()
      })
      underWay.set(item, sending)
    }
  }

  async function deliver(item: Item): Promise<void> {
    try {
      if (item.givesUpAt <= now()) throw new Error('No process was there to send it in time.')
      await waiting.send(item, breaking.signal)
      await waiting.remove(item)
    } catch (error) {
      // A server that stops sends nothing more; another process does once the lease has ended.
      if (breaking.signal.aborted) return
      const next = now() + (pauses[item.attempts - 1] ?? pauses.at(-1) ?? MINUTE)
      const isLast = next >= item.givesUpAt
      waiting.onFailure(error, isLast)
      const settle = isLast ? waiting.remove(item) : waiting.postpone(item, next)
      await settle.catch((problem: unknown) => waiting.onFailure(problem, false))
    }
  }

  async function lookAgain(hasFailed: boolean): Promise<void> {
    const due = hasFailed ? undefined : await waiting.nextDue([...underWay.keys()]).catch(() => undefined)
    if (isStopped) return
    clearTimeout(timer)
    const wait = due === undefined || underWay.size >= atOnce ? LOOK_EVERY_MS : due - now()
    timer = setTimeout(wake, Math.min(Math.max(wait, SHORTEST_WAIT_MS), LOOK_EVERY_MS)).unref()
  }

  function wake(): void {
    if (isStopped) return
    isWoken = true
    running ??= run()
  }

  return {
    wake,
    start: wake,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      // What is being sent gets a moment; what is broken off then is sent later.
      const patience = setTimeout(() => breaking.abort(), STOP_WITHIN_MS)
      await running
      await Promise.allSettled(underWay.values())
      clearTimeout(patience)
    },
  }
}
