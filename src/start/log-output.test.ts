import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { until } from '../../test/kit/until.ts'
import { openLogOutput } from './log-output.ts'

const line = Buffer.from(`${'x'.repeat(1023)}\n`)

/** A pipe with both of its ends in one descriptor: nobody reads until the test does. */
function openPipe(t: TestContext): number {
  const folder = mkdtempSync(join(tmpdir(), 'neptun-log-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  t.after(() => {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  })
  return fd
}

test('a log whose reader stalls holds so many bytes and drops the rest, counted, and goes on when it reads again', async (t) => {
  const fd = openPipe(t)
  const output = openLogOutput(fd, { mostBytes: 100 * 1024 })
  for (let count = 0; count < 1000; count++) output.write(line, 1)
  assert.equal(output.countDropped(), 900)

  const seen: Buffer[] = []
  const buffer = Buffer.alloc(64 * 1024)
  await until('all that was kept is read', () => {
    try {
      seen.push(Buffer.from(buffer.subarray(0, readSync(fd, buffer))))
    } catch {
      // Nothing is there yet.
    }
    return Buffer.concat(seen).length === 100 * 1024
  })
  assert.ok(Buffer.concat(seen).equals(Buffer.concat(Array.from({ length: 100 }, () => line))))
  output.write(line, 1)
  assert.equal(output.countDropped(), 900, 'there is room again')
})

test('a log on a full disk keeps what it can and lets the process end', () => {
  const fd = openSync('/dev/full', 'w')
  const output = openLogOutput(fd, { mostBytes: 10 * 1024 })
  for (let count = 0; count < 30; count++) output.write(line, 1)
  assert.equal(output.countDropped(), 20)
  output.flushSync()
  assert.equal(output.isStuck(), false)
})
