import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fromLocalField, toLocalField } from './expiry.ts'

it('brings a time through the field unchanged, to the minute', () => {
  assert.equal(fromLocalField(toLocalField('2030-07-04T13:37:00.000Z')), '2030-07-04T13:37:00.000Z')
})

it('waits for a whole time', () => {
  assert.equal(fromLocalField(''), undefined)
})
