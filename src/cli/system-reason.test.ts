import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { systemReason } from './system-reason.ts'

function reasonFor(path: string): string | undefined {
  try {
    readFileSync(path)
  } catch (error) {
    return systemReason(error)
  }
  return undefined
}

test('what the system says is told without codes and calls', () => {
  assert.equal(reasonFor("/nowhere/it's, open 'x'"), 'no such file or directory')
  assert.equal(reasonFor('/'), 'illegal operation on a directory')
  assert.equal(systemReason(new Error('a fault of ours')), undefined)
})
