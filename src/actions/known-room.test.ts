import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKnownRoom } from './known-room.ts'

const MiB = 1024 * 1024
const limits = { bytes: 2048 * MiB, chats: 1000, shares: 0 }
const nothing = { bytes: 0, chats: 0, shares: 0 }

test('far from its limits an account writes without being summed up, until a part of the room is used', () => {
  const room = createKnownRoom()
  assert.equal(room.take(1, { bytes: 1 }), false, 'nothing is known yet')
  room.learn(1, nothing, limits)
  for (let written = 0; written < 64; written += 16) assert.equal(room.take(1, { bytes: 16 * MiB }), true)
  assert.equal(room.take(1, { bytes: 1 }), false, 'others may have used the rest')
  assert.equal(room.take(1, { chats: 31 }), true)
  assert.equal(room.take(1, { chats: 1 }), false)
  assert.equal(room.take(1, { shares: 1000 }), true, 'no limit, no sum')
})

test('near a limit each write is summed up', () => {
  const room = createKnownRoom()
  room.learn(1, { bytes: 1024 * MiB, chats: 500, shares: 0 }, { ...limits, shares: 20 })
  assert.equal(room.take(1, { bytes: 1 }), false)
  assert.equal(room.take(1, { chats: 1 }), false)
  assert.equal(room.take(1, { shares: 1 }), false)
})

test('accounts have rooms of their own', () => {
  const room = createKnownRoom()
  room.learn(1, nothing, limits)
  assert.equal(room.take(2, { bytes: 1 }), false)
})
