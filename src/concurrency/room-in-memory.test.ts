import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import { createRoomInMemory } from './room-in-memory.ts'

const MiB = 1024 * 1024
const outside = (): number => getHeapStatistics().external_memory

test('much garbage is looked for before a large request', async () => {
  const room = createRoomInMemory(() => 0)
  const before = outside()
  const needed = Array.from({ length: 40 }, (_, made) => Buffer.alloc(4 * MiB, made))
  assert.ok(outside() > before + 128 * MiB)
  // Nobody needs them any more, and nothing is allocated that would have V8 look for them.
  needed.length = 0
  await room.make()
  // What it has freed is swept a moment later.
  for (let tries = 0; outside() > before + 64 * MiB && tries < 100; tries++) await new Promise(setImmediate)
  assert.ok(outside() < before + 64 * MiB, `${Math.round((outside() - before) / MiB)} MiB are left`)
})

test('what is held is no garbage, and nobody looks for it', async () => {
  const held = Array.from({ length: 40 }, () => Buffer.alloc(4 * MiB, 1))
  const room = createRoomInMemory(() => held.length * 4 * MiB)
  const needed = Array.from({ length: 10 }, (_, made) => Buffer.alloc(4 * MiB, made))
  const before = outside()
  needed.length = 0
  await room.make()
  assert.equal(outside(), before)
})
