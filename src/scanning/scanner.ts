import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ScanReply, ScanRequest, ShownFinding } from './scan-worker.ts'

export type { ShownFinding }

/** A few texts at a time, in UTF-16 units: what is sent at once keeps this thread from everything else. */
const PORTION = 512 * 1024
const MOST_IN_PORTION = 1_000

/** A portion takes tens of milliseconds; what takes so long was made to. */
const PORTION_LIMIT_MS = 10_000
/** The largest chat takes a few seconds. */
const LIMIT_MS = 30_000

const MAX_HEAP_MEGABYTES = 256

/** Thrown when texts take more time or memory to scan than they may. */
export class ScanTooLong extends Error {
  override readonly name = 'ScanTooLong'
}

export interface Scanned {
  /** what was found in each text, in their order */
  readonly found: readonly (readonly ShownFinding[])[]
  /** false where there is more than was wanted */
  readonly isComplete: boolean
}

/** Finds in texts what better isn't shown, in a thread of its own. */
export interface Scanner {
  /**
   * Scans texts, one call at a time.
   *
   * @param most findings of each kind that are wanted
   * @throws ScanTooLong
   */
  scan(texts: readonly string[], most?: number): Promise<Scanned>
  /** Ends the thread, which gives its memory back. */
  close(): Promise<void>
}

/** Opens a scanner; its thread, and the rules, are loaded with the first text. */
export function openScanner({ limitMs = LIMIT_MS, portionLimitMs = PORTION_LIMIT_MS } = {}): Scanner {
  let worker: Worker | undefined

  async function close(): Promise<void> {
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  async function ask(request: ScanRequest): Promise<ScanReply> {
    worker ??= start()
    try {
      return await answerOf(worker, request, portionLimitMs)
    } catch (error) {
      await close()
      throw error
    }
  }

  return {
    async scan(texts, most = Infinity) {
      const found: ShownFinding[][] = []
      const end = performance.now() + limitMs
      // Of each kind by itself: no number of emails may hide a key behind them.
      const left = { secret: most, trace: most }
      for (const portion of portionsOf(texts)) {
        if (performance.now() > end) throw new ScanTooLong()
        const { found: ofPortion } = await ask({ texts: portion })
        for (const ofText of ofPortion) found.push(ofText.filter(({ kind }) => left[kind]-- > 0))
      }
      return { found, isComplete: Math.min(left.secret, left.trace) >= 0 }
    },
    close,
  }
}

function* portionsOf(texts: readonly string[]): Generator<string[]> {
  let portion: string[] = []
  let size = 0
  for (const text of texts) {
    portion.push(text)
    size += text.length
    if (size < PORTION && portion.length < MOST_IN_PORTION) continue
    yield portion
    portion = []
    size = 0
  }
  if (portion.length > 0) yield portion
}

function answerOf(worker: Worker, request: ScanRequest, limitMs: number): Promise<ScanReply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new ScanTooLong())), limitMs)
    const settle = (how: () => void): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('error', fail).off('exit', die)
      how()
    }
    const hear = (reply: ScanReply): void => settle(() => resolve(reply))
    const fail = (error: Error): void => settle(() => reject(failureOf(error)))
    const die = (): void => settle(() => reject(new Error('The thread that scans has ended.')))
    worker.on('message', hear).on('error', fail).on('exit', die)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(request)
  })
}

/** What went wrong, without a word of the texts, as errors are logged. */
function failureOf(error: Error): Error {
  const code = 'code' in error ? String(error.code) : error.name
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? new ScanTooLong() : new Error(`Scanning failed: ${code}`)
}

function start(): Worker {
  // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
  const url = new URL(`./scan-worker${extname(import.meta.url)}`, import.meta.url)
  return new Worker(url, {
    // Code that reads strangers' text has no use for the server's secrets or its flags.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEGABYTES },
  })
}
