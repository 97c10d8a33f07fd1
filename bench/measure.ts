import type { LoadResult, Order } from './load-generator.ts'
import { cpuSeconds, type Generator, type Server } from './processes.ts'

/** One thing that is measured: a server, and what it is asked. */
export interface Subject {
  readonly server: Server
  readonly requests: readonly Uint8Array[] | FreshRequests
  /** random if it isn't said */
  readonly order?: Exclude<Order, 'once'>
  readonly status?: number
  /** how long each body must be */
  readonly bytes?: number
  readonly connections?: number
  /** starts other work that runs at the same time; returns how to end it */
  readonly meanwhile?: () => () => Promise<void>
}

/** Requests of which each is made once, in all rounds together. */
export interface FreshRequests {
  /** as many of those that weren't made yet */
  next(most: number): readonly Uint8Array[]
  /** so many of the last ones were made */
  used(count: number): void
}

export interface Sample {
  readonly perSecond: number
  /** CPU time of the server for one request, in microseconds */
  readonly cpuMicros: number
  /** milliseconds */
  readonly p50: number
  readonly p99: number
  /** which part of a core the load generator used */
  readonly generatorLoad: number
}

export interface Plan {
  readonly rounds: number
  readonly seconds: number
  /** fresh requests of one measurement, which ends early when they are all made */
  readonly mostFresh: number
  /** see Load */
  readonly polls: boolean
}

const CONNECTIONS = 32

/**
 * Measures the subjects in turns: after a warm-up, each of them once a round, forwards and backwards, so that
 * whatever else the machine does meets all of them.
 */
export async function interleave<Name extends string>(
  generator: Generator,
  plan: Plan,
  subjects: Readonly<Record<Name, Subject>>,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(subjects) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>
  for (const name of names) await measure(generator, subjects[name], plan)
  for (let round = 0; round < plan.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      samples[name].push(await measure(generator, subjects[name], plan))
    }
  }
  return samples
}

/** @throws when an answer isn't what it is to be, or none comes */
async function measure(generator: Generator, subject: Subject, plan: Plan): Promise<Sample> {
  const { server, status = 200, connections = CONNECTIONS } = subject
  const { seconds, polls } = plan
  const fresh = 'next' in subject.requests ? subject.requests : undefined
  const requests = 'next' in subject.requests ? subject.requests.next(plan.mostFresh) : subject.requests
  const order = fresh ? 'once' : (subject.order ?? 'random')
  const end = subject.meanwhile?.()
  const before = cpuSeconds(server.pid)
  const result = await generator.run({
    port: server.port,
    requests,
    order,
    status,
    bytes: subject.bytes,
    connections,
    seconds,
    polls,
  })
  const cpu = cpuSeconds(server.pid) - before
  fresh?.used(result.requests)
  if (result.requests === 0) throw new Error('No request was answered.')
  await end?.()
  return sampleOf(result, cpu)
}

function sampleOf(result: LoadResult, cpu: number): Sample {
  return {
    perSecond: result.requests / result.seconds,
    cpuMicros: (cpu / result.requests) * 1e6,
    p50: result.p50,
    p99: result.p99,
    generatorLoad: result.busy,
  }
}

/** A median, and between which values the rounds were. */
export interface Figure {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  const median = sorted.length % 2 === 0 ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** The ratio of two measurements of each round. */
export function ratioOf(
  samples: readonly Sample[],
  base: readonly Sample[],
  pick: (sample: Sample) => number,
): Figure {
  return figureOf(samples.map((sample, round) => pick(sample) / pick(base[round] ?? sample)))
}
