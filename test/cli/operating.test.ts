import assert from 'node:assert/strict'
import { chmod, copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, afterEach, describe, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { createTestDatabase, type TestDatabase } from '../kit/database.ts'
import { runSql } from '../kit/postgres.ts'
import { programFile } from '../kit/program-file.ts'
import { until } from '../kit/until.ts'
import { ending, type Server, type ServerOptions, spawnProgram, startServer } from '../kit/start-server.ts'

const isSqlite = !process.env['TEST_DATABASE_URL']
const folder = mkdtempSync(join(tmpdir(), 'neptun-operating-'))
after(() => rmSync(folder, { recursive: true }))

async function run(database: Pick<TestDatabase, 'url'>, ...args: string[]) {
  const child = spawnProgram(programFile('cli/main'), args, { DATABASE_URL: database.url })
  child.stdin?.end()
  const { code } = await ending(child)
  return { code, output: child.readOutput() }
}

const started: Server[] = []
afterEach(() => Promise.all(started.splice(0).map((server) => server.close())))

/** Closed after the test, however that ends. */
async function startHere(options: ServerOptions = {}): Promise<Server> {
  const server = await startServer(options)
  started.push(server)
  return server
}

const pathOf = ({ url }: Pick<TestDatabase, 'url'>) => url.slice('file:'.length)

async function execute(database: TestDatabase, sql: string): Promise<void> {
  if (!isSqlite) return void (await runSql(database.url, sql))
  const file = new DatabaseSync(pathOf(database))
  file.exec(sql)
  file.close()
}

describe('check', () => {
  test('reads a database in use, says how large it is, and that it is right', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'Größe 🌊' }])
    await owner.share(chat, { snapshot: true, emails: ['ada@example.org'] })
    const { code, output } = await run(server.database, 'check')
    assert.equal(code, 0, output)
    assert.match(output, /database \d/)
    assert.match(output, /^messages +1$/m)
    assert.match(output, /Everything is right\.$/m)
    const json = await run(server.database, 'check', '--json')
    assert.match(json.output, /"problems": \[\],/)
  })

  test('names counts that are wrong', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'one' }])
    await server.stop()
    await execute(
      server.database,
      `update chats set message_count = 7, content_bytes = 1 where id = ${chat.id}`,
    )
    const { code, output } = await run(server.database, 'check')
    assert.equal(code, 1, output)
    assert.match(output, /1 chats whose number of messages is wrong/)
    assert.match(output, /1 chats whose size is wrong/)
  })

  test('says so where there is no database, or another', async () => {
    const none = await run({ url: `file:${folder}/none.db` }, 'check')
    assert.equal(none.code, 1)
    assert.match(none.output, /There is no database at/)
    const database = await createTestDatabase()
    await execute(database, 'create table other (id integer)')
    const other = await run(database, 'check')
    assert.equal(other.code, 1)
    assert.match(other.output, /something else than Neptun Share/)
    await database.remove()
  })

  test('names damage of a SQLite file, and rows that belong to nothing', { skip: !isSqlite }, async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const messages = Array.from({ length: 200 }, (_, n) => ({
      role: 'user' as const,
      content: `${n} `.repeat(99),
    }))
    await owner.createChat(messages)
    await server.stop()
    await execute(server.database, 'pragma foreign_keys = off; delete from chats')
    const orphans = await run(server.database, 'check')
    assert.equal(orphans.code, 1)
    assert.match(orphans.output, /200 rows of messages belong to nothing/)
    const bytes = await readFile(pathOf(server.database))
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 20_000)
    await writeFile(pathOf(server.database), bytes)
    const damaged = await run(server.database, 'check')
    assert.equal(damaged.code, 1)
    assert.match(damaged.output, /damaged|malformed/)
    assert.doesNotMatch(damaged.output, /\n\s+at /)
    const backup = await run(server.database, 'backup', join(folder, 'of-damaged.db'))
    assert.equal(backup.code, 1)
    assert.match(backup.output, /damaged|malformed/)
    assert.deepEqual(
      (await readdir(folder)).filter((file) => file.includes('of-damaged')),
      [],
    )
  })
})

describe('backup and restore on SQLite', { skip: !isSqlite }, () => {
  test('bring back all that there was, into a private file, and keep what stood there since', async () => {
    const file = join(folder, 'backup.db')
    const server = await startHere()
    const owner = await signUp(server.url)
    const kept = await owner.share(await owner.createChat())
    const backup = await run(server.database, 'backup', file)
    assert.equal(backup.code, 0, backup.output)
    assert.match(backup.output, /read it back: it is whole/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const later = await owner.share(await owner.createChat())

    const again = await run(server.database, 'backup', file)
    assert.equal(again.code, 1)
    assert.match(again.output, /is there already/)
    const inUse = await run(server.database, 'restore', file)
    assert.equal(inUse.code, 1)
    assert.match(inUse.output, /A server uses .* Stop it/)
    assert.equal((await createVisitor(server.url).readShare(later.uuid)).status, 200)

    await server.kill()
    await chmod(file, 0o644)
    const restored = await run(server.database, 'restore', file)
    assert.equal(restored.code, 0, restored.output)
    const aside = /is kept as (\S+)\.$/m.exec(restored.output)?.[1] ?? ''
    assert.equal((await stat(pathOf(server.database))).mode & 0o777, 0o600)
    const present = await startHere({ database: server.database })
    assert.equal((await createVisitor(present.url).readShare(kept.uuid)).status, 200)
    assert.equal((await createVisitor(present.url).readShare(later.uuid)).status, 404)
    assert.doesNotMatch(present.output(), /set aside|missing|other users/)
    await present.stop()

    // What was set aside is a database, too.
    const back = await run(server.database, 'restore', aside)
    assert.equal(back.code, 0, back.output)
    const former = await startHere({ database: server.database })
    assert.equal((await createVisitor(former.url).readShare(later.uuid)).status, 200)
  })

  test('take the log along that lies beside a copy', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    await server.kill()
    const copy = join(folder, 'copy.db')
    await copyFile(pathOf(server.database), copy)
    await copyFile(`${pathOf(server.database)}-wal`, `${copy}-wal`)
    const fresh = { url: `file:${join(folder, 'fresh', 'neptun.db')}` }
    const restored = await run(fresh, 'restore', copy)
    assert.equal(restored.code, 0, restored.output)
    assert.deepEqual(await readdir(dirname(pathOf(fresh))), ['neptun.db', 'neptun.db-lock'])
    const present = await startHere({ database: { ...server.database, ...fresh } })
    assert.equal((await createVisitor(present.url).readShare(share.uuid)).status, 200)
  })

  test('say so where a copy of a running server lacks its log', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    await owner.createChat()
    const copy = join(folder, 'without-log.db')
    await copyFile(pathOf(server.database), copy)
    const fresh = { url: `file:${join(folder, 'without-log', 'neptun.db')}` }
    const restored = await run(fresh, 'restore', copy)
    assert.equal(restored.code, 0, restored.output)
    assert.match(restored.output, /without .*-wal: what was written last is missing/)
  })

  test('go on where the index of the search alone is damaged, which check tells', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'thalassa' }])
    await until('all of it is indexed', async () => {
      const { text } = await owner.get(owner.path('/chats?q=thalassa'))
      return text.includes(`"id":${chat.id},`)
    })
    await server.stop()
    const file = new DatabaseSync(pathOf(server.database), { defensive: false })
    file.exec(`update search_entries_content set c0 = 'other words'`)
    file.close()
    const backup = join(folder, 'damaged-search.db')
    assert.equal((await run(server.database, 'backup', backup)).code, 0)
    assert.equal((await run(server.database, 'restore', backup)).code, 0)
    const { code, output } = await run(server.database, 'check')
    assert.equal(code, 0, output)
    assert.match(output, /^The index of the search is damaged, and nothing else/m)

    // As docs/OPERATIONS.md says.
    await execute(server.database, `insert into search_entries (search_entries) values ('rebuild')`)
    assert.ok(!(await run(server.database, 'check')).output.includes('damaged'))
  })

  test('refuse what is no whole backup, and change nothing', async () => {
    const server = await startHere()
    const owner = await signUp(server.url)
    await owner.createChat(
      Array.from({ length: 50 }, () => ({ role: 'user' as const, content: 'x'.repeat(5000) })),
    )
    await server.stop()
    const path = pathOf(server.database)
    const torn = join(folder, 'torn.db')
    await copyFile(path, torn)
    await truncate(torn, 100_000)
    const text = join(folder, 'text.db')
    await writeFile(text, 'no database at all')
    const other = join(folder, 'other.db')
    const database = new DatabaseSync(other)
    database.exec('create table other (id integer)')
    database.close()
    const before = await readFile(path)
    for (const file of [torn, text, other, join(folder, 'nowhere.db'), path]) {
      const { code, output } = await run(server.database, 'restore', file)
      assert.equal(code, 1, file)
      assert.doesNotMatch(output, /\n\s+at /)
    }
    assert.deepEqual(await readFile(path), before)
    const files = (await readdir(dirname(path))).filter((file) => !file.endsWith('-lock'))
    assert.deepEqual(files, [basename(path)])
  })
})

describe('backup and restore on PostgreSQL', { skip: isSqlite }, () => {
  test('are done by its own programs, or say which are needed', async (t) => {
    const server = await startHere()
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    const file = join(folder, 'neptun.dump')
    const backup = await run(server.database, 'backup', file)
    const [row] = await runSql(server.database.url, 'show server_version_num')
    const version = Math.floor(Number(Object.values(row ?? {})[0]) / 10_000)
    if (versionOfPrograms() < version) {
      assert.equal(backup.code, 1)
      assert.match(backup.output, new RegExp(`needs pg_dump of PostgreSQL ${version} or later`))
      assert.deepEqual(await readdir(folder), [])
      return t.skip(`pg_dump of PostgreSQL ${version} isn't installed`)
    }
    assert.equal(backup.code, 0, backup.output)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const full = await run(server.database, 'restore', file)
    assert.equal(full.code, 1)
    assert.match(full.output, /isn't empty/)
    const empty = await createTestDatabase()
    const restored = await run(empty, 'restore', file)
    assert.equal(restored.code, 0, restored.output)
    const present = await startHere({ database: empty })
    assert.equal((await createVisitor(present.url).readShare(share.uuid)).status, 200)
  })
})

function versionOfPrograms(): number {
  try {
    return Number(/ (\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1])
  } catch {
    return 0
  }
}

describe('the command', () => {
  test('completes its commands in a shell', async () => {
    const { output } = await run({ url: 'file:none' }, 'completion', 'bash')
    const script = `${output}\nCOMP_WORDS=(neptun-share us) COMP_CWORD=1; _neptun_share; echo "$COMPREPLY"
      COMP_WORDS=(neptun-share user re) COMP_CWORD=2; _neptun_share; echo "$COMPREPLY"
      COMP_WORDS=(neptun-share serve --w) COMP_CWORD=2; _neptun_share; echo "$COMPREPLY"`
    const completed = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    assert.deepEqual(completed.trim().split('\n'), ['user', 'reset-password', '--workers'])
    for (const shell of ['zsh', 'fish']) {
      const other = await run({ url: 'file:none' }, 'completion', shell)
      assert.match(other.output, /reset-password/, shell)
    }
    assert.equal((await run({ url: 'file:none' }, 'completion', 'tcsh')).code, 2)
  })

  test('tells its version, as package.json has it', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    for (const args of [['version'], ['--version']]) {
      assert.equal((await run({ url: 'file:none' }, ...args)).output, `${version}\n`)
    }
  })
})
