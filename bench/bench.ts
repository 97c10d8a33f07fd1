import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/kit/postgres.ts'
import { type Recorder, startRecorder } from './limit/recorder.ts'
import type { Plan } from './measure.ts'
import {
  type Generator,
  type LimitServer,
  type Service,
  startGenerator,
  startLimitServer,
  startService,
} from './processes.ts'

export type Dialect = 'SQLite' | 'PostgreSQL'

/** What the rows are measured with. */
export interface Bench {
  readonly plan: Plan
  /** a smoke run: small data, few rounds */
  readonly isQuick: boolean
  readonly dialect: Dialect
  readonly generator: Generator
  /** Starts the service on the database of that name; each name has one of its own. */
  service(database: string, env?: Readonly<Record<string, string>>, workers?: number): Promise<Service>
  limit(database: string): Promise<LimitServer>
  /** another service on that database, to find out what its limit is to do; not to be measured */
  recorder(database: string): Promise<Recorder>
  /** of that database, which is created where the dialect needs it */
  databaseUrl(database: string): Promise<string>
}

// As the service has it: the header that tells is part of the bytes.
const KEEP_ALIVE_MS = 65_000
// A part of the memory such as PostgreSQL's manual advises, for a small machine.
const SHARED_BUFFERS = '512MB'
// Others were still answered when something went wrong.
const MOST_LOG_BYTES = 16 * 1024 * 1024

/** Runs the work with processes, databases and a folder that are gone afterwards, whatever happens. */
export async function withBench<T>(
  options: { readonly plan: Plan; readonly isQuick: boolean; readonly dialect: Dialect },
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'neptun-bench-'))
  const servers: { stop(): Promise<void> }[] = []
  const keep = <S extends { stop(): Promise<void> }>(server: S): S => {
    servers.push(server)
    return server
  }
  const postgres =
    options.dialect === 'PostgreSQL'
      ? await startPostgres({ sharedBuffers: SHARED_BUFFERS, isDurable: true })
      : undefined
  const created = new Set<string>()

  async function databaseUrl(name: string): Promise<string> {
    if (!postgres) return `file:${join(folder, `${name}.db`)}`
    const database = `bench_${name.replaceAll('-', '_')}`
    if (!created.has(database)) await postgres.sql(`create database ${database}`)
    created.add(database)
    return Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href
  }

  try {
    const generator = keep(startGenerator())
    return await work({
      ...options,
      generator,
      databaseUrl,
      service: async (database, env = {}, workers = 1) =>
        keep(
          await startService({
            databaseUrl: await databaseUrl(database),
            logFile: join(folder, `${database}.log`),
            env,
            workers,
          }),
        ),
      recorder: async (database) =>
        keep(
          await startRecorder({
            databaseUrl: await databaseUrl(database),
            logFile: join(folder, `${database}-recorder.log`),
            queriesFile: join(folder, `${database}-queries.jsonl`),
          }),
        ),
      limit: async (database) =>
        keep(
          await startLimitServer({ databaseUrl: await databaseUrl(database), keepAliveMs: KEEP_ALIVE_MS }),
        ),
    })
  } catch (error) {
    for (const line of complaintsIn(folder)) console.error(line)
    throw error
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await postgres?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the services logged last as a warning or an error. */
function complaintsIn(folder: string): string[] {
  return globSync(join(folder, '*.log')).flatMap((file) =>
    readFileSync(file)
      .subarray(-MOST_LOG_BYTES)
      .toString()
      .split('\n')
      .filter((line) => /"level":"(?:warn|error|fatal)"/.test(line))
      .slice(-3),
  )
}
