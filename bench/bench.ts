import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from './measure.ts'
import {
  type Generator,
  type LimitServer,
  type Service,
  startGenerator,
  startLimitServer,
  startService,
} from './processes.ts'

/** What the rows are measured with. */
export interface Bench {
  readonly plan: Plan
  /** a smoke run: small data, few rounds */
  readonly isQuick: boolean
  readonly generator: Generator
  readonly folder: string
  /** a database of its own for each name */
  databaseFile(name: string): string
  service(database: string, env?: Readonly<Record<string, string>>): Promise<Service>
  limit(database: string): Promise<LimitServer>
}

// As the service has it: the header that tells is part of the bytes.
const KEEP_ALIVE_MS = 65_000

/** Runs the work with processes and a folder that are gone afterwards, whatever happens. */
export async function withBench<T>(
  options: { readonly plan: Plan; readonly isQuick: boolean },
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'neptun-bench-'))
  const generator = startGenerator()
  const servers: { stop(): Promise<void> }[] = [generator]
  const keep = <S extends { stop(): Promise<void> }>(server: S): S => {
    servers.push(server)
    return server
  }
  const databaseFile = (name: string): string => join(folder, `${name}.db`)
  try {
    return await work({
      ...options,
      generator,
      folder,
      databaseFile,
      service: async (database, env = {}) =>
        keep(
          await startService({
            databaseUrl: `file:${databaseFile(database)}`,
            logFile: join(folder, `${database}.log`),
            env,
          }),
        ),
      limit: async (database) =>
        keep(await startLimitServer({ path: databaseFile(database), keepAliveMs: KEEP_ALIVE_MS })),
    })
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}
