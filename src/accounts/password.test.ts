import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCommonPassword } from './password.ts'
import { secondsInWords } from './seconds-in-words.ts'

test('a password that anybody would try first is told from one that isn’t', () => {
  for (const password of ['password', 'PassWord', '12345678', 'Ada@example.com']) {
    assert.equal(isCommonPassword(password, 'ada@example.com'), true, password)
  }
  for (const password of ['correct horse', 'password of my own', 'tritonia']) {
    assert.equal(isCommonPassword(password, 'ada@example.com'), false, password)
  }
})

test('a wait is told as people count', () => {
  const waits: [number, string][] = [
    [1, '1 second'],
    [40, '40 seconds'],
    [90, '2 minutes'],
    [897, '15 minutes'],
  ]
  for (const [seconds, words] of waits) assert.equal(secondsInWords(seconds), words)
})
