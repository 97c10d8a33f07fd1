import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { isRecord } from './json.ts'
import { programFile } from './program-file.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const patience = 90_000

export type LogRecord = { readonly [key: string]: unknown }

/** How a process ended. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A running server: a real process on a database of its own. */
export type Server = {
  readonly url: string
  readonly database: TestDatabase
  /** Of its process. */
  readonly pid: number
  /** All it has written so far, standard output and error. */
  readonly output: () => string
  /** The structured lines of its output. */
  readonly logs: () => LogRecord[]
  /** Asks it to stop (SIGTERM) and waits; the database stays. */
  readonly stop: () => Promise<Ending>
  /** Ends it in the middle of whatever it does (SIGKILL); the database stays. */
  readonly kill: () => Promise<Ending>
  /** Asks it to stop (SIGTERM unless said) without waiting; `ended` tells when it has. */
  readonly terminate: (signal?: NodeJS.Signals) => void
  readonly ended: Promise<Ending>
  /** Stops it and removes its database. */
  readonly close: () => Promise<void>
}

export type ServerOptions = {
  /** What is started: the server that `programFile` finds unless said. */
  readonly program?: string
  /** An existing database, for a restart; else a new one. */
  readonly database?: TestDatabase
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** What runs Node, such as a program that takes privileges away, and its arguments. */
  readonly under?: readonly string[]
}

/** For tests whose readers are on a whitelist: emails count though nobody has verified them. */
export const trustsEmails = { UNVERIFIED_EMAILS: 'trust' } as const

/** Runs one of our programs with nothing in its environment but what is given. */
export function spawnProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  under: readonly string[] = [],
): ChildProcess & { readonly readOutput: () => string } {
  const [program = process.execPath, ...rest] = [...under, process.execPath, file, ...args]
  const child = spawn(program, rest, {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return Object.assign(child, { readOutput: () => output })
}

/** The end of a process, once its output has been read too. */
export async function ending(child: ChildProcess): Promise<Ending> {
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode }
}

/** Starts the server and waits until it listens. Throws with its output when it ends before. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const database = options.database ?? (await createTestDatabase())
  const env: Readonly<Record<string, string>> = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    ...options.env,
  }
  const child = spawnProgram(options.program ?? programFile('main'), options.args ?? [], env, options.under)
  child.stdin?.end()
  const output = child.readOutput
  const logs = () => parseLines(output())
  const ended = ending(child)
  const url = await listeningUrl(child, logs, ended).catch(async (error: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`The server didn't start. Its output:\n${output()}`, { cause: error })
  })

  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    const result = await ended
    clearTimeout(timer)
    return result
  }
  const server: Server = {
    url,
    database,
    pid: child.pid ?? 0,
    output,
    logs,
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    terminate: (signal = 'SIGTERM') => void child.kill(signal),
    close: async () => {
      // One behind a proxy stays for some seconds.
      await end(env['TRUST_PROXY'] === undefined ? 'SIGTERM' : 'SIGKILL')
      await database.remove()
    },
  }
  return server
}

/** Starts a server again on the database of one that has ended. */
export function restartServer(server: Server, env: ServerOptions['env'] = {}): Promise<Server> {
  return startServer({ database: server.database, env })
}

async function listeningUrl(
  child: ChildProcess,
  logs: () => LogRecord[],
  ended: Promise<Ending>,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const timer = setTimeout(() => reject(new Error(`Not listening after ${patience} ms`)), patience)
  const look = () => {
    const line = logs().find((record) => String(record['msg']).startsWith('Listening on '))
    if (line !== undefined) resolve(String(line['url']))
  }
  child.stdout?.on('data', look)
  ended.then(
    (end) => reject(new Error(`Ended with ${end.code ?? end.signal}`)),
    (error: unknown) => reject(error),
  )
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.stdout?.off('data', look)
  }
}

function parseLines(text: string): LogRecord[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return isRecord(value) ? [value] : []
    } catch {
      return []
    }
  })
}
