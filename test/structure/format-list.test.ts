import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { withFormatTable } from '../../scripts/format-table.ts'
import { formatList } from '../../src/importing/format-list.ts'
import { readerNames } from '../../src/importing/formats.ts'

test('every format that is read is in the list that help, docs and app show, and no other', () => {
  const listed = new Set(formatList.flatMap(({ names }) => names))
  assert.deepEqual([...readerNames().difference(listed)], [], 'read, but not listed in format-list.ts')
  assert.deepEqual([...listed.difference(readerNames())], [], 'listed, but read by nobody')
})

test('the documentation’s table is the list', () => {
  const document = readFileSync('docs/IMPORTING.md', 'utf8')
  assert.equal(document, withFormatTable(document), 'Run: node scripts/write-format-table.ts')
})
