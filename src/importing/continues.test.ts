import assert from 'node:assert/strict'
import { test } from 'node:test'
import { howItContinues } from './continues.ts'

const ask = { role: 'user' as const, content: 'Hi' }
const answer = { role: 'assistant' as const, content: 'Hello' }

test('a conversation imported again is the same, grew, or was changed', () => {
  assert.equal(howItContinues([ask, answer], [ask, answer]), 'same')
  assert.equal(howItContinues([ask], [ask, answer]), 'grown')
  assert.equal(howItContinues([ask, answer], [ask, { ...answer, content: 'Hello there' }]), 'grown')
  assert.equal(howItContinues([ask, answer], [{ ...ask, content: 'Hi!' }, answer]), 'different')
  assert.equal(howItContinues([ask, answer], [ask]), 'different')
  assert.equal(howItContinues([ask, answer], [ask, { ...ask, content: 'Hello' }]), 'different')
})
