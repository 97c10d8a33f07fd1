import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKnownRoom } from './known-room.ts'

const free = { bytes: 1600, chats: 32, shares: Infinity }

test('far from its limits an account writes without being summed up, until a part of the room is used', () => {
  const room = createKnownRoom()
  assert.equal(room.take(1, { bytes: 1 }), false, 'nothing is known yet')
  room.learn(1, free)
  for (let written = 0; written < 100; written += 10) assert.equal(room.take(1, { bytes: 10 }), true)
  assert.equal(room.take(1, { bytes: 10 }), false, 'others may have used the rest')
  assert.equal(room.take(1, { chats: 2 }), true)
  assert.equal(room.take(1, { chats: 1 }), false)
  assert.equal(room.take(1, { shares: 1000 }), true, 'no limit, no sum')
})

test('near a limit each write is summed up', () => {
  const room = createKnownRoom()
  room.learn(1, { bytes: 15, chats: 15, shares: 0 })
  assert.equal(room.take(1, { bytes: 1 }), false)
  assert.equal(room.take(1, { chats: 1 }), false)
  assert.equal(room.take(1, { shares: 1 }), false)
})

test('accounts have rooms of their own', () => {
  const room = createKnownRoom()
  room.learn(1, free)
  assert.equal(room.take(2, { bytes: 1 }), false)
})
