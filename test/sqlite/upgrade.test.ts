import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { openSqlite } from '../../src/storage/dialects/sqlite.ts'
import { openStore } from '../../src/storage/store.ts'
import { createVisitor, expectOk, logIn, signUp } from '../kit/client.ts'
import { createTestDatabase } from '../kit/database.ts'
import { shapes } from '../kit/shapes.ts'
import { until } from '../kit/until.ts'
import { programFile } from '../kit/program-file.ts'
import {
  ending,
  restartServer,
  type Server,
  spawnProgram,
  startServer,
  trustsEmails,
} from '../kit/start-server.ts'

/** What an older version left, filled through its API: a chat and a share of each kind. */
const shares = {
  open: 'ed00bc60-587c-4c97-a8e7-d22f61dad6f5',
  locked: 'b2b390f5-e9df-4823-9ac2-0fd56f3ece1b',
  listed: '326ae689-9eb8-4fb2-b809-a83da8483426',
  limited: '92cb3c2a-7190-4b04-8b8b-b8d34b8a46aa',
  frozen: '140d24b9-6ed6-42fe-ac85-031b4dfe23e0',
}
const filled = fileURLToPath(new URL('../fixtures/upgrades/0.1.0.db.gz', import.meta.url))
const MARK = 'kept by an older version'

describe('a database that an older version filled', () => {
  let server: Server

  before(async () => {
    const database = await createTestDatabase()
    const path = database.url.slice('file:'.length)
    await writeFile(path, gunzipSync(await readFile(filled)))
    mark(path)
    server = await startServer({ database, env: trustsEmails })
  })
  after(() => server.close())

  test('opens each share as it was', async () => {
    const visitor = createVisitor(server.url)
    const open = expectOk(await visitor.readShare(shares.open), shapes.sharedChat)
    assert.equal(open.chatMessages.length, 2)
    assert.equal((await visitor.readShare(shares.locked)).status, 401)
    expectOk(await visitor.readShare(shares.locked, 'open sesame'), shapes.sharedChat)
    assert.equal((await visitor.readShare(shares.listed)).status, 401)
    expectOk(await visitor.readShare(shares.limited), shapes.sharedChat)
    const frozen = expectOk(await visitor.readShare(shares.frozen), shapes.sharedChat)
    assert.equal(frozen.chatMessages.length, 2, 'what was written after the snapshot is not in it')
  })

  test('never serves the bytes that the older version kept, in any format', async () => {
    const visitor = createVisitor(server.url)
    for (const uuid of [shares.open, shares.frozen]) {
      const answers = [
        await visitor.readShare(uuid),
        await visitor.readShare(uuid, undefined, { accept: 'text/markdown' }),
        await visitor.get(`/shared/chats/${uuid}`),
      ]
      for (const format of ['markdown', 'json', 'openai', 'html']) {
        answers.push(await visitor.get(`/api/shared/chats/${uuid}/export?format=${format}`))
      }
      for (const { request, status, text } of answers) {
        assert.equal(status, 200, request)
        assert.match(text, /Triton/, request)
        assert.doesNotMatch(text, new RegExp(MARK), request)
      }
    }
  })

  test('lets its accounts sign in and manage what they had', async () => {
    const owner = createVisitor(server.url)
    const json = { email: 'ada@example.org', password: 'correct horse' }
    const { user } = expectOk(await owner.send('POST', '/api/auth/login', { json }), shapes.signedIn)
    const mine = expectOk(await owner.get(`/api/users/${user.id}/shares`), shapes.shares)
    const uuids = mine.shares.map(({ uuid }) => uuid)
    assert.deepEqual(uuids.toSorted(), Object.values(shares).toSorted())
    const chats = expectOk(await owner.get(`/api/users/${user.id}/chats`), shapes.chats)
    assert.equal(chats.chats.length, 6)
  })
})

test('a database is brought up to date once, and again without a change', async (t) => {
  const database = await createTestDatabase()
  t.after(() => database.remove())
  const path = database.url.slice('file:'.length)
  await writeFile(path, gunzipSync(await readFile(filled)))
  const schemaAfterOpening = async (): Promise<unknown> => {
    const store = await openStore(openSqlite({ path }))
    await store.close()
    const file = new DatabaseSync(path, { readOnly: true })
    const schema = file.prepare('select name, sql from sqlite_schema order by name').all()
    file.close()
    return schema
  }
  assert.deepEqual(await schemaAfterOpening(), await schemaAfterOpening())
})

test('is killed while it is brought up to date, again and again: readers see all of it all the time, and in the end it is', async (t) => {
  const database = await createTestDatabase()
  t.after(() => database.remove())
  const path = database.url.slice('file:'.length)
  await writeFile(path, gunzipSync(await readFile(filled)))
  enlarge(path)
  // Reads as another process does, whatever the servers do to the file.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  t.after(() => reader.close())
  const look = (): unknown =>
    reader
      .prepare(
        `select count(*) as messages, sum(length(content)) as characters,
           (select count(*) from chats) as chats, (select count(*) from shares) as shares from messages`,
      )
      .get()
  const whole = look()
  const steps = (): number =>
    Number(reader.prepare('select count(*) as n from kysely_migration').get()?.['n'])
  const before = steps()

  let kills = 0
  // All of it is one transaction, which is written into the log as far as it doesn't fit into memory.
  for (const bytesOfLog of [1, 1_000_000, 3_000_000, Infinity]) {
    const child = spawnProgram(programFile('main'), [], { PORT: '0', DATABASE_URL: database.url })
    const ended = ending(child)
    const base = logBytes(path)
    const isUp = () => child.readOutput().includes('Listening on')
    await until('it is in the middle', () => {
      assert.deepEqual(look(), whole)
      return isUp() || child.exitCode !== null || logBytes(path) >= base + bytesOfLog
    })
    if (!isUp()) kills += 1
    child.kill('SIGKILL')
    await ended
    assert.deepEqual(look(), whole)
    assert.deepEqual({ ...reader.prepare('pragma quick_check').get() }, { quick_check: 'ok' })
  }
  assert.ok(kills > 0, 'it was never killed in the middle')
  assert.ok(steps() > before)
  const server = await startServer({ database })
  const visitor = createVisitor(server.url)
  expectOk(await visitor.readShare(shares.open), shapes.sharedChat)
  await server.stop()
})

function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/** So that bringing it up to date takes its time. */
function enlarge(path: string): void {
  const file = new DatabaseSync(path)
  file.exec(`
    pragma journal_mode = wal;
    begin;
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 40000)
    insert into chats (user_id, model, name, revision, message_count, content_bytes, last_position, created_at, updated_at)
      select (select min(id) from users), 'm', 'n' || i, 1, 1, 7, 1, 1, 1 from n;
    insert into messages (chat_id, position, role, content, created_at, updated_at)
      select id, 1, 'user', 'content', 1, 1 from chats where id not in (select chat_id from messages);
    commit`)
  file.close()
}

/** Makes what is kept recognisable. */
function mark(path: string): void {
  const file = new DatabaseSync(path)
  for (const table of ['chat_bodies', 'snapshot_bodies']) {
    const { changes } = file.prepare(`update ${table} set bytes = cast(? as blob)`).run(MARK)
    assert.ok(Number(changes) > 0, `the older version kept nothing in ${table}`)
  }
  file.close()
}

test('a search finds all texts after an upgrade from a version that kept its index badly', async () => {
  const before = await startServer()
  const owner = await signUp(before.url)
  const chat = await owner.createChat([{ role: 'user', content: 'thalassa' }])
  await before.stop()
  const path = before.database.url.slice('file:'.length)
  const file = new DatabaseSync(path)
  file.exec(`drop table search_entries; delete from search_queue;
    create virtual table search_entries using fts5 (
      words, detail = none, columnsize = 0, tokenize = "ascii tokenchars '_'");
    delete from kysely_migration where name = '140-remade-search'`)
  file.close()

  const upgraded = await restartServer(before)
  try {
    const again = await logIn({ ...owner, url: upgraded.url })
    const { chats } = expectOk(await again.get(again.path('/chats?q=thalassa')), shapes.chatsPage)
    assert.deepEqual(
      chats.map(({ id }) => id),
      [chat.id],
    )
    const stored = new DatabaseSync(path, { readOnly: true })
    const entries = stored.prepare(`select sql from sqlite_schema where name = 'search_entries'`).get()
    stored.close()
    assert.match(String(entries?.['sql']), /detail = column/)
  } finally {
    await upgraded.close()
  }
})
