import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shorten, table } from './table.ts'

test('columns are as wide as their widest cell, also with wide characters and combining marks', () => {
  assert.deepEqual(
    table(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['e\u0301', 'y'],
        ['👩‍👩‍👧', 'z'],
      ],
    ),
    ['A     B', '日本  x', 'e\u0301     y', '👩‍👩‍👧    z'],
  )
})

test('long text is cut to its columns', () => {
  assert.equal(shorten('abcdef', 6), 'abcdef')
  assert.equal(shorten('abcdefg', 6), 'abcde…')
  assert.equal(shorten('日本語です', 6), '日本…')
})
