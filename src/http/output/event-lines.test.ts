import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { eventLines } from './event-lines.ts'

test('lines that nobody reads while they are written wait up to 4 MiB, and the last one comes', async () => {
  const lines = eventLines(async (write) => {
    for (let number = 0; number < 100_000; number++) write({ number, reason: 'x'.repeat(200) })
    return { type: 'result' }
  })
  await new Promise((resolve) => setImmediate(resolve))
  const read = (await text(lines)).trimEnd().split('\n')
  assert.deepEqual(JSON.parse(read.at(-1) ?? ''), { type: 'result' })
  assert.deepEqual(JSON.parse(read[0] ?? ''), { number: 0, reason: 'x'.repeat(200) })
  const bytes = Buffer.byteLength(read.join('\n'))
  assert.ok(bytes > 4_000_000 && bytes < 4_300_000, `${bytes}`)
})
