import { ApiProblem, unreachable } from './api-problem.ts'

const UNSAID_PAUSE_MS = 1000

export interface Silence {
  readonly signal: AbortSignal
  heard(): void
  end(): void
  /** What is to be thrown where a request failed: the asker's own reason, or that the server can't be reached. */
  reason(error: unknown): unknown
}

/** Gives up a server that says nothing, and whatever the asker no longer wants. */
export function watch(patienceMs: number, signals: readonly (AbortSignal | undefined)[]): Silence {
  const ending = new AbortController()
  const silent = new Error(`it says nothing for ${Number((patienceMs / 1000).toPrecision(2))} seconds`)
  const giveUp = (): void => ending.abort(silent)
  let timer = setTimeout(giveUp, patienceMs)
  const stops = signals.filter((signal) => signal !== undefined)
  const stop = (): void => ending.abort(stops.find(({ aborted }) => aborted)?.reason)
  for (const signal of stops) {
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  }
  return {
    signal: ending.signal,
    heard() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, patienceMs)
    },
    end() {
      clearTimeout(timer)
      for (const signal of stops) signal.removeEventListener('abort', stop)
    },
    reason(error) {
      const stopped = stops.find(({ aborted }) => aborted)
      if (stopped) return stopped.reason
      if (error instanceof ApiProblem) return error
      return unreachable(ending.signal.aborted ? silent : error)
    },
  }
}

/** How long `Retry-After` says to wait, in milliseconds. */
export function pauseIn(retryAfter: string | null): number {
  if (retryAfter === null) return UNSAID_PAUSE_MS
  const seconds = Number(retryAfter)
  const pause = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000
  return Number.isNaN(pause) ? UNSAID_PAUSE_MS : Math.max(0, pause)
}

export function wait(pauseMs: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops = signals.filter((signal) => signal !== undefined)
    const end = (): void => {
      clearTimeout(timer)
      for (const signal of stops) signal.removeEventListener('abort', end)
      const stopped = stops.find(({ aborted }) => aborted)
      if (stopped) reject(stopped.reason as Error)
      else resolve()
    }
    const timer = setTimeout(end, pauseMs)
    for (const signal of stops) {
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
    }
  })
}
