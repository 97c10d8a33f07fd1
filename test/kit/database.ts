import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSql } from './postgres.ts'

/** A database of one test, empty at first. */
export type TestDatabase = {
  /** What the server gets as `DATABASE_URL`. */
  readonly url: string
  /** Everything that is stored, as raw bytes in Latin-1: for tests that look for what must not be there. */
  readonly rawContent: () => Promise<string>
  readonly remove: () => Promise<void>
}

/**
 * The one place that decides which database the tests run on: one of their own on the PostgreSQL server that
 * `TEST_DATABASE_URL` names, else a SQLite file.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL']
  return server ? createPostgresDatabase(server) : createSqliteFile()
}

async function createSqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'neptun-test-'))
  return {
    url: `file:${join(folder, 'neptun.db')}`,
    rawContent: async () => {
      const files = await readdir(folder)
      const contents = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))
      return contents.join('\n')
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20 }),
  }
}

/** @param server the URL of any database of a server on which we may create databases */
async function createPostgresDatabase(server: string): Promise<TestDatabase> {
  const name = `neptun_test_${randomBytes(8).toString('hex')}`
  await runSql(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    rawContent: async () => {
      const tables = await runSql(url.href, `select tablename from pg_tables where schemaname = 'public'`)
      const rows = await Promise.all(
        tables.map(({ tablename }) => runSql(url.href, `select * from "${String(tablename)}"`)),
      )
      return rows.flat().flatMap(Object.values).map(asLatin1).join('\n')
    },
    remove: async () => {
      await runSql(server, `drop database ${name} with (force)`)
    },
  }
}

function asLatin1(value: unknown): string {
  return (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('latin1')
}
