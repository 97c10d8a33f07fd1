import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { nextPath } from './next-path.ts'

const HOST = 'http://share.example'

test('a path of this server is where one goes', () => {
  for (const path of ['/', '/shared/chats/0b5c', '/a?b=c&d=%2F#message-12', '/a//b', '/@evil.example']) {
    assert.equal(nextPath(path), path)
  }
  assert.equal(nextPath('/ä b'), '/%C3%A4%20b')
})

test('anything else leads home', () => {
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n//evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/%2e%2e//evil.example',
    ' //evil.example',
    'a',
    '',
    '?',
    '/\0',
    '/a\u0085b',
    `/${'a'.repeat(3000)}`,
    undefined,
    ['/a'],
    1,
  ]
  for (const asked of elsewhere) assert.equal(nextPath(asked), '/', JSON.stringify(asked))
})

test('no text leads to another host', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2f',
    '%5c',
    '%2e',
    '\t',
    '\n',
    ':',
    '@',
    '?',
    '#',
    'evil.example',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => `/${pieces.join('')}`),
        fc.string({ unit: 'binary' }),
      ),
      (asked) => {
        const next = nextPath(asked)
        assert.equal(new URL(next, HOST).origin, HOST)
        // As a header it is one line of ASCII.
        assert.match(next, /^[\x21-\x7e]+$/)
      },
    ),
    { numRuns: 3000 },
  )
})
