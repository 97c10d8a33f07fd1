import { fork } from 'node:child_process'
import { once } from 'node:events'

/** What is read in turns. */
export type Reading = { readonly urls: readonly string[] }

/** Of the answers since the last report. Times are milliseconds. */
export type ReadingFigures = {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
  /** how often an answer was no 200, by its status or error */
  readonly failures: Readonly<Record<string, number>>
}

export type MeasuredReader = {
  /** What came since the last time. */
  readonly report: () => Promise<ReadingFigures>
  readonly stop: () => void
}

/** Starts a reader in a process of its own, which what attackers do in this one doesn't slow. */
export function startReader(reading: Reading): MeasuredReader {
  const child = fork(new URL('reader-process.ts', import.meta.url))
  child.send(reading)
  return {
    async report() {
      const answered = once(child, 'message')
      child.send('report')
      const [figures] = await answered
      return figures as ReadingFigures
    },
    stop: () => void child.kill(),
  }
}
