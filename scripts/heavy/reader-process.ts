/** Reads shares at a steady pace, whatever the last answer took, and tells how long answers took and which weren't a 200. */
import type { Reading, ReadingFigures } from './measured-reader.ts'

const EVERY_MS = 25
const MOST_UNDER_WAY = 1000
const GIVE_UP_AFTER_MS = 60_000

let times: number[] = []
let failures: Record<string, number> = {}
let underWay = 0

async function readOnce(url: string): Promise<void> {
  const began = performance.now()
  underWay++
  try {
    const answer = await fetch(url, {
      // An address that nobody attacks from.
      headers: { 'x-forwarded-for': '198.51.100.7' },
      signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
    })
    await answer.arrayBuffer()
    if (answer.status !== 200) count(String(answer.status))
  } catch (error) {
    count(error instanceof Error ? error.name : 'unknown')
  } finally {
    underWay--
    times.push(performance.now() - began)
  }
}

function count(failure: string): void {
  failures[failure] = (failures[failure] ?? 0) + 1
}

function report(): ReadingFigures {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
  const figures = { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0, failures }
  times = []
  failures = {}
  return figures
}

process.once('message', ({ urls }: Reading) => {
  let next = 0
  setInterval(() => {
    const url = urls[next++ % urls.length]
    if (url !== undefined && underWay < MOST_UNDER_WAY) void readOnce(url)
  }, EVERY_MS)
  process.on('message', () => process.send?.(report()))
})
process.once('disconnect', () => process.exit())
