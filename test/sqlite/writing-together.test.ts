import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSqlite } from '../../src/storage/dialects/sqlite.ts'
import { prepared } from '../../src/storage/prepared.ts'
import { openStore } from '../../src/storage/store.ts'

const folder = await mkdtemp(join(tmpdir(), 'neptun-together-'))
const store = await openStore(openSqlite(join(folder, 'neptun.db')))
after(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const insertLane = prepared(['subject'], (db, { subject }: { subject: string }) =>
  db.insertInto('try_lanes').values({ subject, level: 1, level_at: 1, next_slot_at: 1 }),
)

test('of writes that are committed together, one that breaks a rule is undone alone', async () => {
  const subjects = ['a', 'b', 'a', 'c']
  const outcomes = await Promise.allSettled(
    subjects.map(async (subject) => insertLane(store.write, { subject })),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
  const stored = await store.read.selectFrom('try_lanes').select('subject').orderBy('subject').execute()
  assert.deepEqual(
    stored.map(({ subject }) => subject),
    ['a', 'b', 'c'],
  )
})

test('writes that go together and transactions take turns', async () => {
  const work = Array.from({ length: 40 }, async (_, index) =>
    index % 2 === 0
      ? insertLane(store.write, { subject: `turn ${index}` })
      : store.transaction(async (trx) => {
          await trx
            .insertInto('try_lanes')
            .values({ subject: `turn ${index}`, level: 1, level_at: 1, next_slot_at: 1 })
            .execute()
        }),
  )
  await Promise.all(work)
  const { count } = await store.read
    .selectFrom('try_lanes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('subject', 'like', 'turn %')
    .executeTakeFirstOrThrow()
  assert.equal(count, 40)
})

test('once the store is closed all is in its file, so that a copy of that lacks nothing', async () => {
  const own = await mkdtemp(join(tmpdir(), 'neptun-closed-'))
  try {
    const path = join(own, 'neptun.db')
    const first = await openStore(openSqlite(path))
    await first.close()
    // It writes nothing but what is committed together.
    const second = await openStore(openSqlite(path))
    await insertLane(second.write, { subject: 'a' })
    await second.close()
    assert.deepEqual(await readdir(own), ['neptun.db'])
  } finally {
    await rm(own, { recursive: true })
  }
})
