import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseConfig } from '../start/config.ts'
import { findDamage } from '../storage/dialects/sqlite-damage.ts'
import { connectToPrimary } from '../storage/dialects/postgres-pool.ts'
import type { PostgresConfig } from '../storage/dialects/postgres-url.ts'
import { STEP_NAMES } from '../storage/migrate.ts'
import { OperatingError } from './operating-error.ts'

/** What a look at all of a database found. */
export interface DatabaseReport {
  readonly database: 'SQLite' | 'PostgreSQL'
  /** sentences; none where everything is right */
  readonly problems: readonly string[]
  /** what is right, but worth knowing */
  readonly notes: readonly string[]
  /** of the whole, in bytes */
  readonly bytes: Readonly<Record<string, number>>
  readonly rows: Readonly<Record<string, number>>
}

type Row = Readonly<Record<string, unknown>>
/** Asks the database, whichever it is. */
type Ask = (sql: string) => Promise<Row[]>

/** What is counted beside what it counts, and has to be equal: the same SQL for both databases. */
const COUNTERS = [
  {
    of: 'chats whose number of messages is wrong',
    sql: `select count(*) as n from chats where message_count <>
            (select count(*) from messages where chat_id = chats.id)`,
  },
  {
    of: 'chats whose size is wrong',
    sql: `select count(*) as n from chats where content_bytes <>
            (select coalesce(sum(octet_length(content)), 0) from messages where chat_id = chats.id)`,
  },
  {
    of: 'chats with messages after their last one',
    sql: `select count(*) as n from chats where last_position <
            (select coalesce(max(position), 0) from messages where chat_id = chats.id)`,
  },
  {
    of: 'links that count more views after their limit than at all',
    sql: 'select count(*) as n from shares where late_view_count > view_count or view_count < 0',
  },
]

const WAITING = [
  { of: 'deleted accounts that are still being removed', sql: 'select count(*) as n from deleted_users' },
  {
    of: 'kept answers that nobody reads any more; they are removed in time',
    sql: `select count(*) as n from kept_bodies where revision not in
            (select revision from chats union all select revision from snapshots)`,
  },
]

/**
 * Reads all of a database, also while servers use it, and changes nothing.
 *
 * @throws OperatingError when there is no such database
 */
export function checkDatabase(database: DatabaseConfig): Promise<DatabaseReport> {
  return database.dialect === 'sqlite' ? checkSqlite(database.path) : checkPostgres(database)
}

export async function checkSqlite(path: string): Promise<DatabaseReport> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new OperatingError(`There is no database at ${path}.`)
  const file = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  const ask: Ask = (sql) => Promise.resolve(file.prepare(sql).all())
  try {
    // All of it at one moment, whatever is written meanwhile.
    file.exec('begin')
    const { ofTables, ofSearch } = findDamage(file, 'integrity_check')
    if (ofTables.length > 0)
      return report(
        'SQLite',
        ofTables.map((what) => `The file is damaged: ${what}.`),
      )
    const orphans = new Map<unknown, number>()
    for (const { table } of await ask('pragma foreign_key_check'))
      orphans.set(table, (orphans.get(table) ?? 0) + 1)
    const problems = [...orphans].map(([table, n]) => `${n} rows of ${String(table)} belong to nothing.`)
    const names = await ask(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`,
    )
    const pageBytes = await numberOf(ask, 'pragma page_size')
    const content = await checkContent('SQLite', ask, names.map(valueOf).map(String), problems, {
      database: pageBytes * (await numberOf(ask, 'pragma page_count')),
      unused: pageBytes * (await numberOf(ask, 'pragma freelist_count')),
      log: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    })
    return { ...content, notes: [...content.notes, ...ofSearch.map(whatSearchMisses)] }
  } catch (error) {
    // What isn't a database at all, or is torn so that nothing can be read.
    return report('SQLite', [`The file can't be read: ${error instanceof Error ? error.message : ''}.`])
  } finally {
    file.close()
  }
}

async function checkPostgres(database: PostgresConfig): Promise<DatabaseReport> {
  const client = await connectToPrimary(database)
  const ask: Ask = async (sql) => (await client.query<Row>(sql)).rows
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    await client.query('set local statement_timeout = 0')
    const names = (await ask(`select tablename from pg_tables where schemaname = current_schema()`))
      .map(valueOf)
      .map(String)
    // Reading each row to its end notices damaged pages; PostgreSQL itself holds rows to what they belong to.
    for (const name of names) await ask(`select sum(length(row::text)) from "${name}" as row`)
    return await checkContent('PostgreSQL', ask, names, [], {
      database: await numberOf(ask, 'select pg_database_size(current_database())'),
    })
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function checkContent(
  database: DatabaseReport['database'],
  ask: Ask,
  tables: readonly string[],
  found: readonly string[],
  bytes: DatabaseReport['bytes'],
): Promise<DatabaseReport> {
  if (!tables.includes('kysely_migration'))
    return report(database, ['It holds something else than Neptun Share, or nothing.'], bytes)
  const problems = [...found]
  const notes: string[] = []
  const applied = (await ask('select name from kysely_migration')).map(valueOf).map(String)
  const isNewer = applied.some((name) => !STEP_NAMES.includes(name))
  if (isNewer) problems.push('It was written by a newer version of Neptun Share; this one can’t use it.')
  else if (applied.length < STEP_NAMES.length)
    notes.push('It was written by an older version; the next start brings it up to date.')
  else {
    for (const { of, sql } of COUNTERS) {
      const n = await numberOf(ask, sql)
      if (n > 0) problems.push(`There are ${n} ${of}.`)
    }
    for (const { of, sql } of WAITING) {
      const n = await numberOf(ask, sql)
      if (n > 0) notes.push(`${n} ${of}.`)
    }
  }
  const rows: Record<string, number> = {}
  for (const table of tables.toSorted())
    if (!table.startsWith('kysely_')) rows[table] = await numberOf(ask, `select count(*) from "${table}"`)
  return { database, problems, notes, bytes, rows }
}

function whatSearchMisses(damage: string): string {
  return `The index of the search is damaged, and nothing else: ${damage}. Searches may miss a chat until it is made anew; docs/OPERATIONS.md says how.`
}

function report(
  database: DatabaseReport['database'],
  problems: readonly string[],
  bytes: DatabaseReport['bytes'] = {},
): DatabaseReport {
  return { database, problems, notes: [], bytes, rows: {} }
}

function valueOf(row: Row): unknown {
  return Object.values(row)[0]
}

async function numberOf(ask: Ask, sql: string): Promise<number> {
  const [row = {}] = await ask(sql)
  return Number(valueOf(row))
}
