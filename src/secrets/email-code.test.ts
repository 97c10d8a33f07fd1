import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeHash, isSameHash, newCode } from './email-code.ts'

test('a code is good for its purpose and its email alone, in its store', () => {
  const subject = { purpose: 'read', email: 'reader@example.org' }
  const kept = codeHash('12345678', subject, 'secret')
  assert.equal(isSameHash(kept, codeHash('12345678', { ...subject }, 'secret')), true)
  for (const other of [
    codeHash('12345679', subject, 'secret'),
    codeHash('12345678', { ...subject, purpose: 'sign in' }, 'secret'),
    codeHash('12345678', { ...subject, email: 'another@example.org' }, 'secret'),
    codeHash('12345678', { purpose: 'readr', email: 'eader@example.org' }, 'secret'),
    codeHash('12345678', subject, 'another'),
    '',
  ]) {
    assert.equal(isSameHash(kept, other), false)
  }
})

test('codes are all of one length, also those that begin with noughts', () => {
  for (let made = 0; made < 2000; made++) assert.match(newCode(), /^\d{8}$/)
})
