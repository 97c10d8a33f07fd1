import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { type Answer, ask, type Question } from './ask.ts'
import { type Service, startService } from '../processes.ts'
import type { LimitQuery, Parameter } from './limit-server.ts'
import type { RecordedQuery } from './record-queries.ts'
import type { Value } from './run-queries.ts'

/** What the service answered, and what it asked the database for it. */
export interface Recording {
  readonly answer: Answer
  readonly queries: readonly RecordedQuery[]
}

export interface Steady {
  readonly answer: Answer
  readonly queries: readonly LimitQuery[]
}

/** A service that tells what it asks its database. */
export interface Recorder extends Service {
  /** Asks once. Nobody else may ask at the same time. */
  record(path: string, question?: Question): Promise<Recording>
  /** Asks until the service goes the same way twice: the first time it may make what it keeps from then on. */
  recordSteady(path: string, question?: Question): Promise<Steady>
}

// Views are written once a second, which may fall into any of them.
const MOST_TIMES = 10
/** After so many the service has other work, which is waited for. */
const UNSTEADY_AFTER = 3
const QUIET_MS = 1500
/** Of queries that it asks now and then to see whether there is something to do. */
const QUIET_BYTES = 4096

export async function startRecorder(options: {
  readonly databaseUrl: string
  readonly logFile: string
  readonly queriesFile: string
}): Promise<Recorder> {
  const { databaseUrl, logFile, queriesFile } = options
  writeFileSync(queriesFile, '')
  const preload = new URL('record-queries.ts', import.meta.url).href
  const env = { BENCH_QUERIES: queriesFile, NODE_OPTIONS: `--import=${preload}` }
  const service = await startService({ databaseUrl, logFile, env })

  async function record(path: string, question?: Question): Promise<Recording> {
    truncateSync(queriesFile)
    const answer = await ask(service.url + path, question)
    const lines = readFileSync(queriesFile, 'utf8').trim().split('\n')
    return { answer, queries: lines.filter(Boolean).map((line): RecordedQuery => JSON.parse(line)) }
  }

  /** Waits until the service has indexed for the search what was written, as it does a moment later. */
  async function untilQuiet(): Promise<void> {
    do {
      truncateSync(queriesFile)
      await sleep(QUIET_MS)
    } while (statSync(queriesFile).size > QUIET_BYTES)
  }

  return {
    ...service,
    record,
    async recordSteady(path, question) {
      let before = await record(path, question)
      for (let time = 1; time < MOST_TIMES; time++) {
        if (time === UNSTEADY_AFTER) await untilQuiet()
        const now = await record(path, question)
        if (now.answer.status >= 400) throw new Error(`${path} was answered ${now.answer.status}`)
        if (isDeepStrictEqual(before.queries.map(wayOf), now.queries.map(wayOf))) {
          return {
            answer: now.answer,
            queries: now.queries.map((query, index) => repeatable(query, before.queries[index] ?? query)),
          }
        }
        before = now
      }
      throw new Error(`The service asked for ${path} in ever new ways.`)
    },
  }
}

function wayOf({ connection, sql }: RecordedQuery): unknown {
  return [connection, sql]
}

/** @throws for bytes, which weren't recorded */
export function valuesOf(sql: string, parameters: RecordedQuery['parameters']): Value[] {
  return parameters.map((value) => {
    if (typeof value === 'object' && value !== null) throw new Error(`Only bytes' length is known: ${sql}`)
    return value
  })
}

/** What counted up by one from one time to the next, as a message's position does, goes on counting. */
function repeatable({ connection, sql, parameters }: RecordedQuery, before: RecordedQuery): LimitQuery {
  return {
    connection,
    sql,
    parameters: valuesOf(sql, parameters).map((value, index): Parameter => {
      const counts = typeof value === 'number' && value - 1 === before.parameters[index]
      return counts ? { after: value } : value
    }),
  }
}
