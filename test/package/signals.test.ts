import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { findOtherNodes } from '../kit/other-nodes.ts'
import { openRawConnection } from '../kit/raw-socket.ts'
import { until } from '../kit/until.ts'

/**
 * Whoever stops the server knows one process: the one that they started. Whichever way that was, on whichever Node:
 * when it is told to stop, or killed, the port is free again, what ran was finished, and the exit code is right.
 */

const repository = resolve(import.meta.dirname, '../..')
const nodes = await findOtherNodes([20, 24])
const skip = typeof nodes === 'string' && nodes
const folder = await mkdtemp(join(tmpdir(), 'neptun-signals-'))
const children: ChildProcess[] = []
after(async () => {
  // Those of a test that failed; what they started ends with them, a moment later.
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 20 })
})
// Before many find out at once that it is missing.
execFileSync(process.execPath, ['scripts/build-if-stale.ts'], { cwd: repository, stdio: 'ignore' })

const command = 'dist/cli/main.js'
const STARTS = {
  'npm start': ['npm', 'start'],
  'neptun-share serve': ['node', command, 'serve'],
  'neptun-share serve --workers 2': ['node', command, 'serve', '--workers', '2'],
} as const
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL'] as const

/** What isn't told to stop the server, but ends without being asked, as npm does for some signals. */
function endsItself(start: keyof typeof STARTS, signal: (typeof SIGNALS)[number]): boolean {
  return signal === 'SIGKILL' || (start === 'npm start' && signal !== 'SIGTERM' && signal !== 'SIGINT')
}

/** Nobody is left to finish anything: the process that is killed is the server itself. */
function isServerItself(start: keyof typeof STARTS, node: number): boolean {
  return start === 'neptun-share serve' && node === 24
}

describe('stopping', { skip, concurrency: 4 }, () => {
  for (const start of Object.keys(STARTS) as (keyof typeof STARTS)[])
    for (const node of [20, 24] as const)
      for (const signal of SIGNALS)
        test(`${start} on Node ${node} by ${signal}`, async () => {
          const started = startOn(node, STARTS[start], `${start}-${node}-${signal}`)
          const url = await started.url()
          const { child, exited, output } = started
          const running = openRawConnection(url)
          running.answer.catch(() => undefined)
          running.write(
            `POST /api/auth/login HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\n` +
              'Content-Length: 2\r\nExpect: 100-continue\r\n\r\n',
          )
          await running.continued
          child.kill(signal)
          if (signal !== 'SIGKILL' || !isServerItself(start, node)) {
            await until('it stops', () => output().includes('"msg":"Stopping"'))
            running.write('{}')
            const answer = await running.answer
            assert.equal(answer.status, 400, answer.body)
          }
          const ended = await exited
          assert.deepEqual(ended, endsItself(start, signal) ? [null, signal] : [0, null], output())
          await until('the port is free', () => isFree(Number(new URL(url).port)))
          assert.doesNotMatch(output(), /EPIPE|\n\s+at /)
        })

  test('workers that are still starting', async () => {
    const { child, exited, output } = startOn(
      24,
      ['node', command, 'serve', '--workers', '2'],
      'while starting',
    )
    await until('workers start', () => output().includes('Starting a worker'))
    child.kill('SIGHUP')
    assert.deepEqual(await exited, [0, null], output())
    assert.doesNotMatch(output(), /EPIPE|\n\s+at /)
  })

  test('all of them at once, as Ctrl+C does on a terminal', async () => {
    for (const start of [STARTS['npm start'], STARTS['neptun-share serve --workers 2']]) {
      const { child, url, exited, output } = startOn(20, start, `all-${start.length}`, true)
      const { port } = new URL(await url())
      process.kill(-(child.pid ?? 0), 'SIGINT')
      assert.deepEqual(await exited, [0, null], output())
      await until('the port is free', () => isFree(Number(port)))
      assert.ok(output().includes('"msg":"Stopped"'), output())
    }
  })
})

function startOn(
  node: 20 | 24,
  [program = '', ...args]: readonly string[],
  name: string,
  isGroup = false,
): {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exited: Promise<unknown[]>
  /** once it listens */
  readonly url: () => Promise<string>
} {
  const bin = typeof nodes === 'string' ? '' : nodes[node]
  const child = spawn(program === 'node' ? join(bin, program) : program, args, {
    cwd: repository,
    detached: isGroup,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      HOME: folder,
      PORT: '0',
      DATABASE_URL: `file:${join(folder, `${name}.db`)}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return {
    child,
    output: () => output,
    exited: once(child, 'exit'),
    async url() {
      await until('it listens', () => /Listening on/.test(output) || child.exitCode !== null)
      const url = /Listening on (http:[^"]+)/.exec(output)?.[1]
      assert.ok(url, output)
      return url
    },
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
