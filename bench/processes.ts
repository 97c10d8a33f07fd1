import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { LimitAnswer, LimitSetup } from './limit/limit-server.ts'
import type { MadeAnswer } from './limit/make-answers.ts'
import type { Load, LoadResult } from './load-generator.ts'

const repository = fileURLToPath(new URL('../', import.meta.url))
const CLOCK_TICKS = 100
const START_WITHIN_MS = 30_000

/** A server that is measured. */
export interface Server {
  readonly pid: number
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

export interface Service extends Server {
  /** milliseconds from starting the process to the first answer that says 200 */
  readonly firstAnswerMs: number
}

export interface LimitServer extends Server {
  add(answers: readonly (LimitAnswer | MadeAnswer)[]): Promise<void>
}

interface GeneratorAnswer {
  readonly result?: LoadResult
  readonly error?: string
}

export interface Generator {
  run(load: Load): Promise<LoadResult>
  stop(): Promise<void>
}

/** Starts the built service as it is, its log on and going to a file. */
export async function startService(options: {
  readonly databaseUrl: string
  readonly logFile: string
  readonly env?: Readonly<Record<string, string>>
  /** more than 1: as many processes behind one port, whose CPU time isn't told */
  readonly workers?: number
}): Promise<Service> {
  const port = await freePort()
  const { workers: count = 1 } = options
  const workers = count > 1 ? ['--workers', String(count)] : []
  // Appending, as several may share a database and its log.
  const log = openSync(options.logFile, 'a')
  const started = performance.now()
  const child = spawn(process.execPath, ['dist/main.js', ...workers], {
    cwd: repository,
    env: {
      PATH: process.env['PATH'] ?? '',
      // The listed reader's email is verified by nobody.
      UNVERIFIED_EMAILS: 'trust',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      ...options.env,
    },
    stdio: ['ignore', log, 'inherit'],
  })
  closeSync(log)
  const url = `http://127.0.0.1:${port}`
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || performance.now() - started > START_WITHIN_MS) {
      throw new Error(`The service did not start:\n${readFileSync(options.logFile, 'utf8').slice(-2000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    ...serverOf(child, port),
    firstAnswerMs: performance.now() - started,
  }
}

/** Starts a bare server on the same database. */
export async function startLimitServer(setup: LimitSetup): Promise<LimitServer> {
  const child = fork(new URL('limit/limit-server.ts', import.meta.url), { serialization: 'advanced' })
  const listening = messageOf<{ readonly address: AddressInfo }>(child, 'The limit')
  child.send(setup)
  const { address } = await listening
  return {
    ...serverOf(child, address.port),
    async add(answers) {
      const added = messageOf(child, 'The limit')
      child.send(answers)
      await added
    },
  }
}

export function startGenerator(): Generator {
  const child = fork(new URL('load-generator.ts', import.meta.url), { serialization: 'advanced' })
  return {
    async run(load) {
      const answered = messageOf<GeneratorAnswer>(child, 'The load generator')
      child.send(load)
      const { result, error = '' } = await answered
      if (!result) throw new Error(error)
      return result
    },
    stop: () => stop(child),
  }
}

/** The next message of a process, which may end instead. */
async function messageOf<T>(child: ChildProcess, name: string): Promise<T> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    const [message]: T[] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${name} ended with ${code}.`)
      }),
    ])
    if (message === undefined) throw new Error(`${name} said nothing.`)
    return message
  } finally {
    waiting.abort()
  }
}

/** CPU time of all of a process's threads so far, in seconds; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  // Fields 14 and 15 of proc(5), counted after the name, which may hold anything.
  const fields = readProcess(pid, 'stat').split(') ').at(-1)?.split(' ')
  return (Number(fields?.[11]) + Number(fields?.[12])) / CLOCK_TICKS
}

/** Memory that a process holds now and held at most, in bytes; NaN where there is no /proc. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readProcess(pid, 'status')
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1])
  return { now: kilobytes('VmRSS') * 1024, most: kilobytes('VmHWM') * 1024 }
}

/** What it held at most counts from now on. */
export function forgetMostMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Only Linux has it.
  }
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function serverOf(child: ChildProcess, port: number): Server {
  if (child.pid === undefined) throw new Error('A process did not start.')
  return { pid: child.pid, port, url: `http://127.0.0.1:${port}`, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`)
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
