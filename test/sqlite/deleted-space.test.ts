import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqlite } from '../../src/storage/dialects/sqlite.ts'
import { openStore } from '../../src/storage/store.ts'
import { createVisitor, signUp } from '../kit/client.ts'
import { createTestDatabase } from '../kit/database.ts'
import { restartServer, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const MEBIBYTE = 1024 * 1024

test('the disk gets back what deleted chats took, and readers see nothing of it', async () => {
  const server = await startServer()
  const path = server.database.url.slice('file:'.length)
  try {
    const owner = await signUp(server.url)
    const staying = await owner.share(await owner.createChat())
    const chat = await owner.createChat([])
    for (let count = 0; count < 40; count++) {
      const json = { message: 'x'.repeat(MEBIBYTE - 1000), actor: 'user' }
      const { status } = await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), { json })
      assert.equal(status, 200)
    }
    assert.equal((await owner.send('DELETE', owner.path(`/chats/${chat.id}`))).status, 200)
    await until('the file is small again', async () => {
      assert.equal((await createVisitor(server.url).readShare(staying.uuid)).status, 200)
      return (await stat(path)).size < 16 * MEBIBYTE
    })
  } finally {
    await server.close()
  }
})

test('it gets back what was left to be given back when a process ended', async (t) => {
  const before = await startServer()
  assert.equal((await before.stop()).code, 0)
  const path = before.database.url.slice('file:'.length)
  const file = new DatabaseSync(path)
  leaveRoom(file)
  file.close()
  assert.ok((await stat(path)).size > 16 * MEBIBYTE)
  const server = await restartServer(before)
  t.after(server.close)
  await until('the file is small', async () => (await stat(path)).size < 8 * MEBIBYTE)
})

/** Has 16 MiB in the file that nothing needs. */
function leaveRoom(database: DatabaseSync): void {
  database.exec('create table filler (content blob)')
  database.exec('insert into filler values (zeroblob(16 * 1024 * 1024))')
  database.exec('drop table filler')
}

/** A program of its own, with `file` open. It ends with the test at the latest. */
function runBeside(t: TestContext, path: string, code: string) {
  const opening = `const { DatabaseSync } = require('node:sqlite')
    const file = new DatabaseSync(process.argv[1], { timeout: 60000 })`
  const program = spawn(process.execPath, ['-e', `${opening}\n${code}`, path])
  t.after(() => program.kill())
  return { program, ended: once(program, 'close') }
}

/** A store whose file is larger than it has to be, as somebody reads what was there before. */
async function openWithRoomToGiveBack(t: TestContext) {
  const database = await createTestDatabase()
  const path = database.url.slice('file:'.length)
  const store = await openStore(openSqlite({ path }))
  const [other, reader] = [new DatabaseSync(path), new DatabaseSync(path, { readOnly: true })]
  t.after(async () => {
    for (const connection of [other, reader]) connection.close()
    await store.close()
    await database.remove()
  })
  const count = (pragma: string): number => Number(Object.values(other.prepare(pragma).get() ?? {})[0])
  other.exec('create table staying (content blob)')
  other.exec('insert into staying values (zeroblob(8 * 1024 * 1024))')
  leaveRoom(other)
  while (count('pragma freelist_count') > 1200) assert.equal(await store.reclaimSpace(), true)
  other.exec('pragma wal_checkpoint(truncate)')
  reader.exec('begin')
  reader.prepare('select count(*) from chats').get()
  // What is left to be given back is: in the log, which isn't copied into the file while somebody reads what was before.
  for (let step = 0; step < 10; step++) await store.reclaimSpace()
  const hasItsSize = async () =>
    (await stat(path)).size === count('pragma page_count') * count('pragma page_size')
  return { path, store, other, reader, hasItsSize }
}

test('it gets all of it back, too, where somebody read the file at the end', async (t) => {
  const { store, reader, hasItsSize } = await openWithRoomToGiveBack(t)
  reader.exec('commit')
  while (await store.reclaimSpace());
  assert.ok(await hasItsSize())
})

test('it goes on until it has all of it where another program copies the log just then', async (t) => {
  const { path, store, other, reader, hasItsSize } = await openWithRoomToGiveBack(t)
  // Waits for the reader, and lets nobody else copy meanwhile.
  const { ended } = runBeside(t, path, `file.exec('pragma wal_checkpoint(full)')`)
  await until('the other program copies', () => {
    return other.prepare('pragma wal_checkpoint(passive)').get()?.['busy'] === 1
  })
  assert.equal(await hasItsSize(), false)
  assert.equal(await store.reclaimSpace(), true)
  reader.exec('commit')
  await ended
  while (await store.reclaimSpace());
  assert.ok(await hasItsSize())
})

test('it goes on until it has all of it where another program writes while the log is copied', async (t) => {
  const { path, store, other, reader, hasItsSize } = await openWithRoomToGiveBack(t)
  // Copying so much takes longer than the other program's pauses.
  other.exec('update staying set content = randomblob(8 * 1024 * 1024)')
  const writing = `file.exec('pragma wal_autocheckpoint = 0; pragma synchronous = off')
    file.exec('create table counts (count integer); insert into counts values (0)')
    setInterval(() => file.exec('update counts set count = count + 1'), 2)`
  const { program, ended } = runBeside(t, path, writing)
  const count = () => Number(other.prepare('select count from counts').get()?.['count'])
  await until('the other program writes', () => {
    const isThere = other.prepare("select 1 from sqlite_schema where name = 'counts'").get() !== undefined
    return isThere && count() > 0
  })
  reader.exec('commit')
  while (await store.reclaimSpace()) await sleep(1)
  program.kill()
  await ended
  assert.ok(await hasItsSize())
})
