import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProofMemory } from './proof-memory.ts'

test('what was proved is remembered for that visitor, password and stored hash alone', () => {
  const proved = createProofMemory()
  proved.add('203.0.113.1', 'hash', 'sesame')
  assert.equal(proved.has('203.0.113.1', 'hash', 'sesame'), true)
  assert.equal(proved.has('203.0.113.2', 'hash', 'sesame'), false)
  assert.equal(proved.has('203.0.113.1', 'another', 'sesame'), false)
  assert.equal(proved.has('203.0.113.1', 'hash', 'Sesame'), false)
})

test('no more than 10,000 proofs are remembered: the oldest is forgotten', () => {
  const proved = createProofMemory()
  const has = (password: number) => proved.has('203.0.113.1', 'hash', String(password))
  for (let i = 0; i <= 10_000; i++) proved.add('203.0.113.1', 'hash', String(i))
  assert.deepEqual([has(0), has(1), has(10_000)], [false, true, true])
})
