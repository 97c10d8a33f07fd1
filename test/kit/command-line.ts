import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programFile } from './program-file.ts'

const entry = programFile('cli/main')
const patience = 90_000

/** What came of a run. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A person's machine: a home of its own, and the command line in it. */
export type Machine = {
  readonly home: string
  /** Runs the command line with this standard input, empty unless given. */
  readonly run: (
    args: readonly string[],
    options?: { input?: string | Uint8Array; env?: Env },
  ) => Promise<Run>
  /** The same on a terminal: each answer is typed when its question has appeared. */
  readonly runOnTerminal: (
    command: string,
    answers: readonly Answer[],
  ) => Promise<{ code: number | null; screen: string }>
  /** Starts the command line without waiting for it. */
  readonly start: (args: readonly string[], env?: Env) => ReturnType<typeof spawn>
  /** Writes a file into the home. @returns its path */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>
  readonly remove: () => Promise<void>
}

type Env = Readonly<Record<string, string>>
export type Answer = {
  readonly after: string
  /** What is typed, once it is known. */
  readonly type: string | (() => Promise<string>)
}

/** @param server what NEPTUN_SHARE_SERVER says there */
export async function createMachine(server: string): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), 'neptun-share-cli-'))
  const envOf = (env: Env = {}): Env => ({
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NEPTUN_SHARE_SERVER: server,
    ...env,
  })
  const start: Machine['start'] = (args, env) =>
    spawn(process.execPath, [entry, ...args], { cwd: home, env: envOf(env), timeout: patience })
  return {
    home,
    start,
    run: async (args, { input = '', env } = {}) => {
      const child = start(args, env)
      const texts = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          texts[name] += text
        })
      }
      // A command that needs no input may end before it has taken it all.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input)
      await once(child, 'close')
      return { code: child.exitCode, ...texts }
    },
    runOnTerminal: (command, answers) => {
      const neptunShare = `'${process.execPath}' '${entry}'`
      const line = command.replaceAll('neptun-share', neptunShare)
      return typeInto(line, answers, home, envOf({ TERM: 'xterm', SHELL: '/bin/sh' }))
    },
    write: async (name, content) => {
      const file = join(home, name)
      await writeFile(file, content)
      return file
    },
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

/** util-linux's `script` gives a command a real pseudo-terminal; every Debian has it. */
export const hasTerminals = /util-linux/.test(String(spawnSync('script', ['--version']).stdout))

async function typeInto(
  line: string,
  answers: readonly Answer[],
  cwd: string,
  env: Env,
): Promise<{ code: number | null; screen: string }> {
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd,
    env,
    timeout: patience,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let screen = ''
  let seen = 0
  let next = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const answer = answers[next]
    const at = answer === undefined ? -1 : screen.indexOf(answer.after, seen)
    if (answer === undefined || at === -1) return
    seen = at + answer.after.length
    next++
    if (typeof answer.type === 'string') child.stdin.write(answer.type)
    else void answer.type().then((typed) => child.stdin.write(typed))
  })
  await once(child, 'close')
  return { code: child.exitCode, screen }
}
