import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeAllHere } from '../../src/actions/deletions.ts'
import { openSqlite } from '../../src/storage/dialects/sqlite.ts'
import { deleteChats, insertChat } from '../../src/storage/queries/chats.ts'
import { appendMessages } from '../../src/storage/queries/messages.ts'
import { insertSession } from '../../src/storage/queries/sessions.ts'
import { insertUser } from '../../src/storage/queries/users.ts'
import { openStore } from '../../src/storage/store.ts'
import { createTestDatabase } from '../kit/database.ts'
import { until } from '../kit/until.ts'

const MEBIBYTE = 1024 * 1024

test('on a disk that is nearly full chats grow no more, while signing in and deleting go on', async (t) => {
  const database = await createTestDatabase()
  t.after(() => database.remove())
  const disk = { free: 1024 * MEBIBYTE }
  const path = database.url.slice('file:'.length)
  const store = await openStore(openSqlite({ path }, undefined, () => disk.free))
  t.after(() => store.close())
  const user = await insertUser(store.write, { email: 'a@b.org', passwordHash: 'x', verifiedAt: 1, now: 1 })
  assert.ok(user)
  const [full, next] = [1, 2].map(() =>
    insertChat(store.write, { userId: user.id, model: 'm', name: 'n', createdAt: 1 }),
  )
  const chat = await full
  const another = await next
  assert.ok(chat && another)
  const add = (chatId: number, after: number) =>
    store.transaction((trx) =>
      appendMessages(trx, chatId, after, [{ role: 'user', content: 'x'.repeat(MEBIBYTE), createdAt: 1 }]),
    )
  for (let count = 0; count < 8; count++) await add(chat.id, count)

  disk.free = 40 * MEBIBYTE
  await until('it is seen', () => !store.hasRoom())
  await assert.rejects(add(another.id, 0), (error) => store.dialect.causeOf(error) === 'full')
  for (let count = 0; count < 2000; count++) {
    await store.smallTransaction((trx) =>
      insertSession(trx, { tokenHash: `token ${count}`, userId: user.id, now: 1, expiresAt: 2 }),
    )
  }
  assert.equal(await store.smallTransaction((trx) => deleteChats(trx, user.id, [chat.id], 1)), 1)
  await removeAllHere(
    store,
    { keep: { bytes: 0, ms: Infinity }, now: Date.now },
    new AbortController().signal,
  )
  // What was deleted made room.
  await add(another.id, 0)
})
