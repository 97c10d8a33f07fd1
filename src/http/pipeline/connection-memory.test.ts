import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { rememberByConnection } from './connection-memory.ts'

test('what a connection sends again is worked out once, for that connection and that header alone', () => {
  const worked: string[] = []
  const recall = rememberByConnection((header) => worked.push(header) && header.toUpperCase())
  const [one, other] = [new Socket(), new Socket()]
  assert.deepEqual([recall(one, 'a'), recall(one, 'a'), recall(other, 'a')], ['A', 'A', 'A'])
  assert.deepEqual([recall(one, 'b'), recall(one, 'a')], ['B', 'A'])
  assert.deepEqual(worked, ['a', 'a', 'b', 'a'])
})

test('a connection that sent a long header holds on to nothing of it', () => {
  const recall = rememberByConnection((header) => ({ header }))
  const socket = new Socket()
  const long = 'x'.repeat(10_000)
  assert.deepEqual(recall(socket, long), { header: long })
  assert.notEqual(recall(socket, long), recall(socket, long))
})
