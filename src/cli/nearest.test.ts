import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

const names = ['push', 'list', 'login', 'logout', 'rm', 'export', '--public', '--password-file']

test('finds what somebody meant to write', () => {
  for (const [written, meant] of [
    ['psuh', 'push'],
    ['LIST', 'list'],
    ['logn', 'login'],
    ['exprot', 'export'],
    ['--pubilc', '--public'],
    ['--passwordfile', '--password-file'],
    ['rn', 'rm'],
  ] as const) {
    assert.equal(nearest(written, names), meant, written)
  }
})

test('guesses nothing far away', () => {
  for (const written of ['', 'x', 'share', 'frobnicate', '--json'])
    assert.equal(nearest(written, names), undefined)
})
