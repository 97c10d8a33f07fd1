import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { Client } from 'pg'
import { openPostgres } from '../../src/storage/dialects/postgres.ts'
import { readPostgresUrl } from '../../src/storage/dialects/postgres-url.ts'
import { createFirstTables } from '../../src/storage/migrations/001-first.ts'
import { createImportSources } from '../../src/storage/migrations/002-import-sources.ts'
import { createVisitor, expectOk } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import { programFile } from '../kit/program-file.ts'
import { shapes } from '../kit/shapes.ts'
import { ending, spawnProgram, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const postgres = await startPostgres()
after(postgres.remove)

/** The steps of the first release, which never change, on what its server wrote into a SQLite file. */
async function fillAsFirstRelease(): Promise<void> {
  const config = readPostgresUrl(postgres.url)
  assert.ok(config)
  const connections = openPostgres(config, () => undefined)
  const { differences } = connections
  const migrations: Record<string, Migration> = {
    '001-first': { up: (db: Kysely<never>) => createFirstTables(db.schema, differences) },
    '002-import-sources': { up: (db: Kysely<never>) => createImportSources(db.schema, differences) },
  }
  const db = connections.openForMigration()
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  assert.ifError(error)

  const folder = mkdtempSync(join(tmpdir(), 'neptun-upgrade-'))
  const path = join(folder, 'filled.db')
  writeFileSync(path, gunzipSync(readFileSync('test/fixtures/upgrades/0.1.0.db.gz')))
  const file = new DatabaseSync(path)
  const target = new Client({ connectionString: postgres.url })
  await target.connect()
  for (const table of [
    'users',
    'sessions',
    'chats',
    'messages',
    'chat_bodies',
    'shares',
    'whitelist_entries',
    'session_unlocks',
    'snapshots',
    'snapshot_messages',
    'snapshot_bodies',
    'import_sources',
  ]) {
    for (const row of file.prepare(`select * from ${table}`).all()) {
      const names = Object.keys(row)
      await target.query(
        `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
        names.map((name) => row[name]),
      )
    }
  }
  file.close()
  rmSync(folder, { recursive: true })
  await target.end()
  await db.destroy()
}

test('what the first release wrote is all there after an upgrade that is killed in the middle', async () => {
  await fillAsFirstRelease()
  const [before] = await postgres.sql(
    'select count(*)::int as n, sum(length(content))::int as length from messages',
  )
  // The upgrade waits for whoever is still reading, and is killed there.
  const reader = new Client({ connectionString: postgres.url })
  await reader.connect()
  await reader.query('begin')
  await reader.query('select count(*) from snapshots')
  const first = spawnProgram(programFile('main'), [], { PORT: '0', DATABASE_URL: postgres.url })
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`
  await until('the upgrade waits', async () => (await postgres.sql(waiting)).length > 0)
  first.kill('SIGKILL')
  await ending(first)
  assert.equal((await reader.query('select id from snapshots')).rows.length, 1)
  await reader.query('commit')
  await reader.end()
  assert.equal((await postgres.sql('select name from kysely_migration')).length, 2)

  const database = {
    url: postgres.url,
    rawContent: () => Promise.resolve(''),
    remove: () => Promise.resolve(),
  }
  const server = await startServer({ database })
  try {
    const [present] = await postgres.sql(
      'select count(*)::int as n, sum(length(content))::int as length from messages',
    )
    assert.deepEqual(present, before)
    const visitor = createVisitor(server.url)
    expectOk(await visitor.readShare('ed00bc60-587c-4c97-a8e7-d22f61dad6f5'), shapes.sharedChat)
    const json = { email: 'ada@example.org', password: 'correct horse' }
    const { user } = expectOk(await visitor.send('POST', '/api/auth/login', { json }), shapes.signedIn)
    const { shares } = expectOk(await visitor.get(`/api/users/${user.id}/shares`), shapes.shares)
    assert.equal(shares.length, 5)
  } finally {
    await server.close()
  }
})
