import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { randomText } from '../../../../test/kit/random-text.ts'
import { openTestStore } from '../../../../test/kit/store.ts'
import { createSearchIndex } from '../../../actions/search-index.ts'
import { searchTerms } from '../../../chats/search-words.ts'
import type { Store } from '../../store.ts'
import { deleteChats, insertChat } from '../chats.ts'
import { insertMessages, updateMessage } from '../messages.ts'
import { howMuchWaits, indexSome, ownTerms } from './search.ts'

let store: Store
let remove: () => Promise<void>
let ada: number
let bo: number
before(async () => {
  ;({ store, remove } = await openTestStore())
  const add = async (email: string): Promise<number> => {
    const row = { email, password_hash: 'x', created_at: 1, updated_at: 1 }
    const { id } = await store.write.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()
    return id
  }
  ada = await add('ada@example.org')
  bo = await add('bo@example.org')
})
after(() => remove())

async function indexAll(): Promise<void> {
  while (await indexSome(store));
}

/** Chats that the index itself has for an account, before anything is asked of whose they are now. */
async function hits(userId: number, text: string): Promise<number[]> {
  const found = store.dialect.search.hits(ownTerms(userId, searchTerms(text))).as('hits')
  const rows = await store.read.selectFrom(found).select('chat_id').execute()
  return rows.map(({ chat_id: id }) => id)
}

async function chatOf(userId: number, ...texts: string[]): Promise<{ id: number; messageIds: number[] }> {
  const { id } = await insertChat(store.write, { userId, model: 'm', name: 'Chat', createdAt: 1 })
  const rows = texts.map((content) => ({ role: 'user' as const, content, createdAt: 1 }))
  const messages = await insertMessages(store.write, id, 0, rows)
  return { id, messageIds: messages.map((message) => message.id) }
}

test('the index has words for their owner alone', async () => {
  const { id } = await chatOf(ada, 'nereid')
  await indexAll()
  assert.deepEqual(await hits(ada, 'nereid'), [id])
  assert.deepEqual(await hits(bo, 'nereid'), [])
})

test('an edit that comes while a text waits to be indexed isn’t lost, nor is one after', async () => {
  const { id, messageIds } = await chatOf(ada, 'proteus')
  const edit = (content: string) => updateMessage(store.write, id, messageIds[0] ?? 0, content, 2)
  await edit('larissa')
  await indexAll()
  assert.deepEqual([await hits(ada, 'proteus'), await hits(ada, 'larissa')], [[], [id]])
  await edit('galatea')
  await indexAll()
  assert.deepEqual([await hits(ada, 'larissa'), await hits(ada, 'galatea')], [[], [id]])
})

test('what is indexed by several at once is indexed', async () => {
  const chats = await Promise.all(Array.from({ length: 40 }, (_, n) => chatOf(bo, `despina ${n}`)))
  await Promise.all([indexAll(), indexAll(), indexAll()])
  await indexAll()
  assert.equal((await hits(bo, 'despina')).length, chats.length)
  assert.equal(await howMuchWaits(store.read, store), 'nothing')
})

test('large texts are much work, and the more so to take them out of SQLite’s index again', async () => {
  const words = Array.from({ length: 30_000 }, (_, n) => `w${n}`).join(' ')
  const { id } = await chatOf(ada, ...Array.from({ length: 10 }, () => words))
  const howMuch = () => howMuchWaits(store.read, store, ada)
  assert.equal(await howMuch(), 'much')
  assert.equal(await howMuchWaits(store.read, store, bo), 'nothing')
  await indexAll()
  assert.equal(await howMuch(), 'nothing')
  await store.write.deleteFrom('messages').where('chat_id', '=', id).execute()
  assert.equal(await howMuch(), store.dialect.name === 'sqlite' ? 'much' : 'nothing')
  let steps = 0
  while (await indexSome(store)) steps++
  assert.equal(steps, store.dialect.name === 'sqlite' ? 10 : 0, 'others have their turn after each')
  assert.deepEqual(await hits(ada, 'w1'), [])
})

test('a chat that is being removed is indexed no more', async () => {
  const { id } = await chatOf(ada, 'halimede')
  await store.transaction((trx) => deleteChats(trx, ada, [id], 3))
  await indexAll()
  assert.deepEqual(await hits(ada, 'halimede'), [])
})

test('the index has every text with its last words alone, however often texts are changed', async () => {
  const { number, pick } = randomText('edits')
  const chats: Awaited<ReturnType<typeof chatOf>>[] = []
  for (let count = 0; count < 60; count++) chats.push(await chatOf(bo, 'thalassa'))
  const now = new Map<number, Set<string>>()
  const vocabulary = Array.from({ length: 20 }, (_, n) => `word${n}x`)
  for (let round = 0; round < 60; round++) {
    for (let count = number(40); count >= 0; count--) {
      const chat = pick(chats)
      const words = new Set(Array.from({ length: number(6) }, () => pick(vocabulary)))
      await updateMessage(store.write, chat.id, chat.messageIds[0] ?? 0, [...words].join(' '), 2)
      now.set(chat.id, words)
    }
    await indexAll()
    for (const word of vocabulary) {
      const expected = chats.filter(({ id }) => now.get(id)?.has(word)).map(({ id }) => id)
      const found = (await hits(bo, word)).toSorted((one, other) => one - other)
      assert.deepEqual(found, expected, `${word} in round ${round}`)
    }
  }
  if (store.dialect.name === 'sqlite') {
    const { rows } = await sql<{ quick_check: string }>`pragma quick_check`.execute(store.read)
    assert.deepEqual(
      rows.map((row) => row.quick_check),
      ['ok'],
    )
  }
})

test('an account’s search waits for what others are indexing for it just now', async () => {
  const index = createSearchIndex(store, undefined, assert.ifError)
  const { id } = await chatOf(ada, 'sao')
  const taken = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const other = store.counters.transaction().execute(async (trx) => {
    await store.dialect.lockFreeRows(trx.selectFrom('search_queue').select('position')).execute()
    taken.resolve()
    await ended.promise
  })
  await taken.promise
  const caughtUp = index.catchUp(ada)
  await sleep(50)
  ended.resolve()
  await Promise.all([other, caughtUp])
  assert.deepEqual(await hits(ada, 'sao'), [id])
})
