import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from './failure.ts'
import { readExpiry } from './read-expiry.ts'

const now = Date.parse('2026-03-01T10:00:00Z')

test('a time from now ends that much later', () => {
  assert.equal(readExpiry('30m', now), '2026-03-01T10:30:00.000Z')
  assert.equal(readExpiry('12h', now), '2026-03-01T22:00:00.000Z')
  assert.equal(readExpiry('7d', now), '2026-03-08T10:00:00.000Z')
  assert.equal(readExpiry(' 2w ', now), '2026-03-15T10:00:00.000Z')
})

test('a day is the last one, here', () => {
  assert.equal(readExpiry('2030-01-31', now), new Date(2030, 0, 31, 23, 59, 59, 999).toISOString())
})

test('a moment is taken as it is', () => {
  assert.equal(readExpiry('2030-01-31T12:00Z', now), '2030-01-31T12:00:00.000Z')
  assert.equal(readExpiry('2030-01-31T12:00:30+02:00', now), '2030-01-31T10:00:30.000Z')
})

test('what is no time, no day that exists, or gone by is refused', () => {
  const wrong = [
    '',
    '7',
    'd',
    '0d',
    '7 days',
    '-1d',
    '2030-02-30',
    '2030-13-01',
    '2020-01-01',
    'tomorrow',
    '9999999w',
  ]
  for (const text of wrong) assert.throws(() => readExpiry(text, now), Failure, text)
})
