import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanFileName } from './file-name.ts'

test('a name is kept without folders, and a long one with its ending', () => {
  assert.equal(cleanFileName('C:\\a\\b "1".png', 'x'), 'b "1".png')
  assert.equal(cleanFileName(' ', 'x'), 'x')
  const long = cleanFileName(`${'😀'.repeat(300)}.tar`, 'x')
  assert.ok(long.length <= 200 && long.endsWith('😀.tar'))
})
