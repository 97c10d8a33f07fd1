import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { printable, printableJson, printableLine } from './printable.ts'

// oxlint-disable-next-line no-control-regex
const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

test('escape sequences are shown, never obeyed', () => {
  assert.equal(printable('\x1b]0;title\x07\x1b[2J'), '␛]0;title␇␛[2J')
  assert.equal(printable('a\r\nb\tc\rd\x9b1m\x7f'), 'a\nb\tc␍d\ufffd1m␡')
  assert.equal(printable('user\u202etxt.exe'), 'usertxt.exe')
})

test('a line stays a line', () => {
  assert.equal(printableLine(' a\n\tb\u2028c\x1b[A '), 'a b c␛[A')
})

test('nothing that a terminal obeys is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(printable(text), obeyed)
      assert.doesNotMatch(printableLine(text), /[\n\t]/)
    }),
  )
})

test('JSON holds the same value and nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = printableJson({ text })
      assert.doesNotMatch(json, obeyed)
      assert.deepEqual(JSON.parse(json), { text })
    }),
  )
})
