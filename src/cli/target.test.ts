import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from './failure.ts'
import { readTarget } from './target.ts'

const uuid = '3ef0435a-cc01-485c-bd95-387b0ca29d02'

test('a share is named by its page, its API address, with or without what browsers add, or its UUID', () => {
  const share = { kind: 'share', uuid, server: 'https://share.example.com' }
  assert.deepEqual(readTarget(`https://share.example.com/shared/chats/${uuid}`), share)
  assert.deepEqual(readTarget(`https://share.example.com/shared/chats/${uuid}?x=1#message-2`), share)
  assert.deepEqual(readTarget(`https://share.example.com/api/shared/chats/${uuid.toUpperCase()}`), share)
  assert.deepEqual(readTarget(`https://example.com/neptun/shared/chats/${uuid}/unlock`), {
    ...share,
    server: 'https://example.com/neptun',
  })
  assert.deepEqual(readTarget(uuid), { ...share, server: undefined })
})

test('anything else is a chat', () => {
  assert.deepEqual(readTarget('12'), { kind: 'chat', text: '12' })
  assert.deepEqual(readTarget('Trip to Rome'), { kind: 'chat', text: 'Trip to Rome' })
})

test('another address is said to be none', () => {
  assert.throws(() => readTarget('https://example.com/shared/chats/12'), Failure)
  assert.throws(() => readTarget('https://example.com/'), Failure)
})
