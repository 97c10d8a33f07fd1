import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullDate, timeOfMessage } from './times.ts'

const noon = Date.parse('2024-03-20T12:00:00Z')

test('the first message tells date and time, later ones what is new', () => {
  assert.equal(timeOfMessage(noon, undefined), '20 Mar 2024, 12:00 UTC')
  assert.equal(timeOfMessage(noon + 10_000, noon), undefined)
  assert.equal(timeOfMessage(noon + 3_600_000, noon), '13:00')
  assert.equal(timeOfMessage(noon + 86_400_000, noon), '21 Mar 2024, 12:00 UTC')
})

test('days are those of UTC, wherever the server stands', () => {
  assert.equal(fullDate(Date.parse('2024-03-20T23:59:59Z')), '20 March 2024')
  assert.equal(fullDate(Date.parse('2024-03-21T00:00:00Z')), '21 March 2024')
})
