import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import { createRoomInMemory } from './room-in-memory.ts'

const MiB = 1024 * 1024
const outside = (): number => getHeapStatistics().external_memory

test('much garbage is looked for before a large request', async () => {
  const room = createRoomInMemory(() => 0)
  const before = outside()
  leaveGarbage(40)
  await room.make()
  // What it has freed is swept a moment later.
  for (let tries = 0; outside() > before + 64 * MiB && tries < 100; tries++) await new Promise(setImmediate)
  assert.ok(outside() < before + 64 * MiB, `${Math.round((outside() - before) / MiB)} MiB are left`)
})

test('what is held is no garbage, and nobody looks for it', async () => {
  const held = Array.from({ length: 40 }, () => Buffer.alloc(4 * MiB, 1))
  const room = createRoomInMemory(() => held.length * 4 * MiB)
  const began = getHeapStatistics().number_of_native_contexts
  leaveGarbage(8)
  const before = outside()
  await room.make()
  assert.equal(outside(), before)
  assert.equal(getHeapStatistics().number_of_native_contexts, began)
})

function leaveGarbage(count: number): void {
  let last: Buffer | undefined
  for (let made = 0; made < count; made++) last = Buffer.alloc(4 * MiB, made)
  assert.ok(last)
}
