import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRenewalDue, sessionExpiry } from './session.ts'

const DAY = 24 * 60 * 60 * 1000

test('a session ends after as many days as it was given', () => {
  assert.equal(sessionExpiry(1000, 7), 1000 + 7 * DAY)
})

test('a session is renewed once a day has gone by, not before', () => {
  assert.equal(isRenewalDue(1000, 1000 + DAY - 1), false)
  assert.equal(isRenewalDue(1000, 1000 + DAY), true)
})
