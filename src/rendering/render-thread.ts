import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MessageHtml } from './render-message.ts'
import type { PreviewText } from './preview.ts'
import type { PreviewRequest, RenderReport, RenderRequest } from './render-worker.ts'
import { toWorkedMs } from './worked-time.ts'

/** Of work. Ordinary messages take a few milliseconds, the first with a language some tens more. */
const timeLimit = 2_000

/** On a busy machine it takes longer to work for so long, for which the message isn't to blame; but not longer than this. */
const longestWait = 6_000

/** Reading grammars, which happens once for each, isn't the message's doing: its own time stands still. */
const loadingLimit = 10_000

/** A worker tells at once how long it has worked, also while it works; one that doesn't is given up. */
const tellingLimit = 1_000

/** It isn't asked more often. */
const shortestLook = 100

/** All grammars take 120; a message that wants more than the rest ends its worker, not the server. */
const heapLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 }

/** Messages as they were rendered; or that it took more time or memory than a message may, all of them together. */
export type Rendering = readonly (MessageHtml | 'unrenderable')[] | 'overrun'

/** A worker that renders for one asker at a time, started when first needed, and again after it was given up. */
export type RenderThread = {
  readonly isBusy: () => boolean
  readonly isRunning: () => boolean
  /** Makes it busy for who renders next; only while it isn't. */
  readonly reserve: () => void
  /**
   * Renders for who reserved it, and makes it free again.
   *
   * @returns rejects only if the worker can't start or was closed
   */
  readonly render: (requests: readonly RenderRequest[]) => Promise<Rendering>
  /** The same for the preview of a chat. */
  readonly preview: (request: PreviewRequest) => Promise<PreviewText | 'unrenderable' | 'overrun'>
  /** Resolves when what is in hand is done. */
  readonly whenFree: () => Promise<void>
  /** Stops the worker; what is in hand rejects. */
  readonly close: () => Promise<void>
}

/** Who has asked a worker, and is told what it says, or that it ended. */
type Asker = { readonly hear: (report: RenderReport) => void; readonly die: () => void }

type Running = {
  readonly worker: Worker
  readonly ready: Promise<void>
  asker: Asker | undefined
  /** how long it had worked when it said something last; it doesn't while nobody asks it */
  workedMs: number
}

export function createRenderThread(): RenderThread {
  let running: Running | undefined
  let inHand: PromiseWithResolvers<void> | undefined

  function start(): Running {
    // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
    const url = new URL(`./render-worker${extname(import.meta.url)}`, import.meta.url)
    const worker = new Worker(url, {
      // Code that parses strangers' text has no use for the server's secrets or its flags.
      env: {},
      execArgv: [],
      resourceLimits: heapLimits,
    })
    // An error is followed by the exit; without a listener it would end the process.
    let failure: Error | undefined
    worker.on('error', (error: Error) => {
      failure = error
    })
    // Listening anew for each message to render takes as long as a short one does.
    worker.on('message', (report: RenderReport) => {
      started.workedMs = report.workedMs
      started.asker?.hear(report)
    })
    worker.on('exit', () => {
      if (running === started) running = undefined
      started.asker?.die()
    })
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve())
      worker.once('exit', () =>
        reject(new Error('The worker that renders messages could not start.', { cause: failure })),
      )
    })
    const started: Running = { worker, ready, asker: undefined, workedMs: 0 }
    return started
  }

  function ask<T>(
    asked: Running,
    request: readonly RenderRequest[] | PreviewRequest,
    madeIn: (report: RenderReport) => T | undefined,
  ): Promise<T | 'overrun'> {
    return new Promise((resolve) => {
      let start = performance.now()
      let workedBefore = asked.workedMs
      let left = timeLimit
      let timer: NodeJS.Timeout | undefined
      const limit = (milliseconds: number, then: () => unknown): NodeJS.Timeout => {
        clearTimeout(timer)
        timer = setTimeout(then, milliseconds)
        return timer
      }
      const settle = (made: T | 'overrun'): void => {
        clearTimeout(timer)
        timer = undefined
        asked.asker = undefined
        resolve(made)
      }
      const giveUp = (): void => {
        if (running === asked) running = undefined
        void asked.worker.terminate()
        settle('overrun')
      }
      const hear = (report: RenderReport): void => {
        const made = madeIn(report)
        if (made !== undefined) settle(made)
        else if (report.type === 'loading') {
          left -= report.workedMs - workedBefore
          limit(loadingLimit, giveUp)
        } else if (report.type === 'loaded') {
          start = performance.now()
          workedBefore = report.workedMs
          limit(left, look)
        }
      }
      const look = async (): Promise<void> => {
        const telling = limit(tellingLimit, giveUp)
        const worked = (await howLongWorked(asked.worker)) - workedBefore
        // It has said something meanwhile.
        if (timer !== telling) return
        const rest = Math.min(left - worked, start + longestWait - performance.now())
        if (rest > 0) limit(Math.max(rest, shortestLook), look)
        else giveUp()
      }
      limit(timeLimit, look)
      asked.asker = { hear, die: () => settle('overrun') }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      asked.worker.postMessage(request)
    })
  }

  async function work<T>(what: (thread: Running) => Promise<T>): Promise<T> {
    running ??= start()
    const asked = running
    const { worker, ready } = asked
    try {
      worker.ref()
      await ready
      return await what(asked)
    } finally {
      // It must not keep the process alive that it works for.
      worker.unref()
      inHand?.resolve()
      inHand = undefined
    }
  }

  return {
    isBusy: () => inHand !== undefined,
    isRunning: () => running !== undefined,
    reserve() {
      inHand = Promise.withResolvers()
    },
    render: (requests) =>
      work((thread) =>
        ask(thread, requests, (report) =>
          report.type === 'rendered'
            ? report.messages.map((message) => message ?? 'unrenderable')
            : undefined,
        ),
      ),
    preview: (request) =>
      work((thread) =>
        ask(thread, request, (report) =>
          report.type === 'previewed' ? (report.preview ?? 'unrenderable') : undefined,
        ),
      ),
    whenFree: () => inHand?.promise ?? Promise.resolve(),
    async close() {
      await running?.worker.terminate()
    },
  }
}

/** A worker that has ended has worked forever. */
async function howLongWorked(worker: Worker): Promise<number> {
  return worker.cpuUsage().then(toWorkedMs, () => Infinity)
}
