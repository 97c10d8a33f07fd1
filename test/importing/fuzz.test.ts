import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzImports } from './fuzz-imports.ts'

test('files in which something was changed end in chats or in a sentence, and never mix two speakers', async () => {
  const { imported, refused } = await fuzzImports(1000, 20_260_302)
  assert.ok(imported > 100 && refused > 10)
})
