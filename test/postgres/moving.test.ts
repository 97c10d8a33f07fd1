import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { createVisitor, expectOk, logIn, signUp } from '../kit/client.ts'
import { createTestDatabase } from '../kit/database.ts'
import { runSql, startPostgres } from '../kit/postgres.ts'
import { programFile } from '../kit/program-file.ts'
import { shapes } from '../kit/shapes.ts'
import { ending, spawnProgram, startServer, trustsEmails } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const password = 'open sesame'
const postgres = await startPostgres()
after(postgres.remove)
const file = await createTestDatabase()
after(file.remove)

function startMove(to: string): ReturnType<typeof spawnProgram> {
  const program = spawnProgram(programFile('cli/main'), ['move', '--from', file.url, '--to', to], {})
  program.stdin?.end()
  return program
}

async function emptyDatabase(name: string): Promise<string> {
  await postgres.sql(`create database ${name}`)
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return url.href
}

async function countRows(url: string, table: string): Promise<number> {
  const [row] = await runSql(url, `select count(*)::int as n from ${table}`).catch(() => [{ n: 0 }])
  return Number(row?.['n'])
}

test('all that a SQLite server held is there on PostgreSQL, for people, readers and programs', async (t) => {
  const before = await startServer({ database: file, env: trustsEmails })
  const owner = await signUp(before.url)
  const chat = await owner.createChat([
    { role: 'user', content: 'Größe? "Quotes", \\ backslashes, {braces}, NULL and \u{1F30A}' },
    { role: 'assistant', content: '' },
  ])
  const added = await owner.send('POST', owner.path(`/chats/${chat.id}/files?name=a.txt`), {
    body: new Uint8Array(300_000).fill(7),
    headers: { 'content-type': 'text/plain' },
  })
  const filePath = owner.path(`/chats/${chat.id}/files/${expectOk(added, shapes.file).file.id}`)
  const open = await owner.share(chat)
  const locked = await owner.share(await owner.createChat(), { password, max_views: 3, emails: ['a@b.org'] })
  const frozen = await owner.share(await owner.createChat(), { snapshot: true })
  const gone = await owner.createChat()
  await owner.send('DELETE', owner.path(`/chats/${gone.id}`))
  const reader = createVisitor(before.url)
  await reader.unlock(locked.uuid, password)
  const texts = await Promise.all([open, frozen].map(async ({ uuid }) => (await reader.readShare(uuid)).text))
  const listed = (await owner.get(owner.path('/shares'))).text
  await before.stop()

  const url = await emptyDatabase('moved')
  const move = startMove(url)
  assert.deepEqual(await ending(move), { code: 0, signal: null }, move.readOutput())
  assert.match(move.readOutput(), /^Moved \d+ rows in \d+ s; each table has the same rows and checksum/m)

  const database = { ...file, url }
  const later = await startServer({ database, env: trustsEmails })
  try {
    const again = createVisitor(later.url)
    for (const [name, value] of reader.cookies) again.cookies.set(name, value)
    const twin = createVisitor(later.url)
    for (const [name, value] of owner.cookies) twin.cookies.set(name, value)
    assert.equal(
      (await twin.get(owner.path('/shares'))).text.replaceAll(later.url, ''),
      listed.replaceAll(before.url, ''),
    )
    const read = await Promise.all([open, frozen].map(async ({ uuid }) => (await again.readShare(uuid)).text))
    assert.deepEqual(read, texts)
    assert.equal((await twin.get(filePath)).text, '\x07'.repeat(300_000))
    // Unlocked as before, and still asked for the whitelist.
    assert.match((await again.readShare(locked.uuid)).text, /not on the whitelist|not authorized/)

    const person = await logIn({ ...owner, url: later.url })
    const next = await person.createChat()
    assert.ok(next.id > gone.id, 'an id was handed out twice')
  } finally {
    await later.stop()
  }

  await t.test('a database that holds something is refused', async () => {
    const second = startMove(url)
    assert.deepEqual(await ending(second), { code: 1, signal: null })
    assert.match(second.readOutput(), /isn't empty/)
  })
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`a move that ${signal} interrupts leaves the target empty, and can begin anew`, async () => {
    const url = await emptyDatabase(`interrupted_by_${signal.toLowerCase()}`)
    assert.equal((await ending(startMove(url))).code, 0)
    // From here on, the move waits when it comes to the messages, for a lock that we hold.
    await runSql(
      url,
      `truncate users, try_counters, try_lanes cascade;
       create function pause() returns trigger language plpgsql as
         'begin perform pg_advisory_xact_lock(1); return null; end';
       create trigger pause before insert on messages for each statement execute function pause()`,
    )
    const holder = new Client({ connectionString: url })
    await holder.connect()
    await holder.query('select pg_advisory_lock(1)')
    const move = startMove(url)
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'`
    await until('the move comes to the messages', async () => (await postgres.sql(waiting)).length > 0)
    move.kill(signal)
    await once(move, 'close')
    await holder.end()
    assert.equal(await countRows(url, 'users'), 0)
    const again = startMove(url)
    assert.equal((await ending(again)).code, 0, again.readOutput())
    assert.ok((await countRows(url, 'users')) > 0)
  })
}

test('what is no such database is refused with a sentence, and nothing is created', async () => {
  const none = spawnProgram(
    programFile('cli/main'),
    ['move', '--from', 'file:/nowhere/x.db', '--to', postgres.url],
    {},
  )
  assert.equal((await ending(none)).code, 1)
  assert.match(none.readOutput(), /There is no database at \/nowhere\/x\.db/)
  const swapped = spawnProgram(
    programFile('cli/main'),
    ['move', '--from', postgres.url, '--to', file.url],
    {},
  )
  assert.equal((await ending(swapped)).code, 2)
  assert.match(swapped.readOutput(), /Usage: neptun-share move/)
})
