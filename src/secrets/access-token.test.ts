import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAccessToken, newAccessToken } from './access-token.ts'

test('a token is npt_, 43 characters of 256 random bits, and 6 of a checksum', () => {
  const tokens = Array.from({ length: 50 }, newAccessToken)
  assert.equal(new Set(tokens).size, 50)
  for (const token of tokens) {
    assert.match(token, /^npt_[A-Za-z0-9_-]{49}$/)
    assert.equal(isAccessToken(token), true)
  }
})

test('one that was mistyped, cut off or made up is told by its checksum', () => {
  const token = newAccessToken()
  const other = token[10] === 'a' ? 'b' : 'a'
  const wrong = [
    token.slice(0, 10) + other + token.slice(11),
    token.slice(0, -1),
    `${token}a`,
    ` ${token}`,
    token.replace('npt_', 'npx_'),
    `npt_${'a'.repeat(49)}`,
    'npt_',
    '',
  ]
  for (const text of wrong) assert.equal(isAccessToken(text), false, text)
})
