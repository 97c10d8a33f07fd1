import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isChallenge, newChallenge } from './passkey-challenge.ts'

const NOW = 1_000_000

test('a challenge counts for its purpose, until its time, in its store', () => {
  const text = Buffer.from(newChallenge('sign in', NOW + 1000, 'secret')).toString('base64url')
  assert.equal(isChallenge(text, 'sign in', NOW, 'secret'), true)
  assert.equal(isChallenge(text, 'sign in', NOW + 1000, 'secret'), false)
  assert.equal(isChallenge(text, 'add to user 1', NOW, 'secret'), false)
  assert.equal(isChallenge(text, 'sign in', NOW, 'another'), false)
})

test('what is made up or changed is none', () => {
  const bytes = newChallenge('sign in', NOW + 1000, 'secret')
  for (const index of [0, 16, 20, 30, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    assert.equal(isChallenge(changed.toString('base64url'), 'sign in', NOW, 'secret'), false)
  }
  for (const text of ['', 'x', 'a'.repeat(54)])
    assert.equal(isChallenge(text, 'sign in', NOW, 'secret'), false)
})
