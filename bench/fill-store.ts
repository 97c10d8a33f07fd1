import { type RawBuilder, sql } from 'kysely'
import { readDatabaseUrl } from '../src/start/config.ts'
import { openConfiguredStore } from '../src/start/open-context.ts'
import { createPasswordHasher } from '../src/secrets/password-hasher.ts'
import type { Store } from '../src/storage/store.ts'
import type { NewMessage } from '../test/kit/client.ts'

/** What a store is filled with: chats that are all shared, open to everyone, never read so far. */
export interface Filling {
  readonly shares: number
  /** of each chat; each ends with the chat's number, as what two chats have in common is made once */
  readonly messages: readonly NewMessage[]
}

const CHATS_AT_ONCE = 50_000
const CHATS_OF_AN_OWNER = 1000

/**
 * Fills an empty database with what our own writes would have left, by a few large statements: through the API it
 * would take hours.
 *
 * @returns the UUIDs
 */
export async function fillStore(databaseUrl: string, filling: Filling): Promise<string[]> {
  const database = readDatabaseUrl(databaseUrl)
  if (!database) throw new Error(`No database: ${databaseUrl}`)
  const isPostgres = database.dialect === 'postgres'
  // One connection, so that what is set for it holds, and statements that take their time.
  const store = await openConfiguredStore(
    isPostgres ? { ...database, poolSize: 1, statementTimeoutMs: 0 } : database,
  )
  try {
    // What refers to what is right by construction; a lookup for each of millions of rows would only confirm it.
    const unchecked = isPostgres ? 'set session_replication_role = replica' : 'pragma foreign_keys = off'
    await sql.raw(unchecked).execute(store.counters)
    if (!isPostgres) await sql.raw('pragma cache_size = -500000').execute(store.counters)
    await insertOwners(store, Math.ceil(filling.shares / CHATS_OF_AN_OWNER))
    for (let first = 1; first <= filling.shares; first += CHATS_AT_ONCE) {
      const last = Math.min(first + CHATS_AT_ONCE - 1, filling.shares)
      await insertChats(store, filling, first, last)
    }
    // PostgreSQL would do so by itself within minutes, and readers would wait for the disk in that time.
    if (isPostgres) {
      await sql.raw('vacuum analyze').execute(store.counters)
      await sql.raw('checkpoint').execute(store.counters)
    }
    const { rows } = await sql<{ uuid: string }>`select uuid from shares`.execute(store.counters)
    return rows.map(({ uuid }) => uuid)
  } finally {
    await store.close()
  }
}

async function insertOwners({ counters }: Store, owners: number): Promise<void> {
  const passwordHash = await createPasswordHasher().hash('they all have the same', 'bench', undefined)
  await sql`${numbers(1, owners)}
    insert into users (email, email_verified_at, password_hash, created_at, updated_at)
    select 'owner-' || n || '@example.org', null, ${passwordHash}, ${now()}, ${now()} from numbers
  `.execute(counters)
}

async function insertChats(
  { counters, dialect }: Store,
  { messages }: Filling,
  first: number,
  last: number,
): Promise<void> {
  const count = sql.lit(messages.length)
  const bytes = sql.lit(messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0))
  const contents = sql.join(
    messages.map(
      ({ role, content }, index) =>
        sql`select ${sql.lit(index + 1)} as position, ${sql.lit(role)} as role, ${sql.lit(content)} as content`,
    ),
    sql` union all `,
  )
  await counters.transaction().execute(async (trx) => {
    // Chats, messages and shares count from 1 in an empty database.
    await sql`${numbers(first, last)}
      insert into chats (user_id, model, name, revision, message_count, content_bytes, last_position, created_at, updated_at)
      select (n - 1) / ${sql.lit(CHATS_OF_AN_OWNER)} + 1, 'small-talk', 'Chat ' || n, 2, ${count},
        ${bytes} + ${count} * (1 + length('' || n)), ${count}, ${now()}, ${now()}
      from numbers order by n
    `.execute(trx)
    await sql`insert into messages (chat_id, position, role, content, created_at, updated_at)
      select chats.id, contents.position, contents.role, contents.content || ' ' || chats.id, chats.created_at, chats.created_at
      from chats cross join (${contents}) as contents
      where chats.id between ${sql.lit(first)} and ${sql.lit(last)} order by chats.id, contents.position
    `.execute(trx)
    await sql`insert into shares (chat_id, uuid, is_shared, is_protected, unlock_version, view_count, late_view_count, created_at, updated_at)
      select id, ${newUuid(dialect.name)}, 1, 0, 1, 0, 0, created_at, created_at
      from chats where id between ${sql.lit(first)} and ${sql.lit(last)} order by id
    `.execute(trx)
    // Reading is measured: the search would index ten million texts meanwhile.
    await sql`delete from search_queue`.execute(trx)
  })
}

function numbers(first: number, last: number): RawBuilder<unknown> {
  return sql`with recursive numbers(n) as (select ${sql.lit(first)} union all select n + 1 from numbers where n < ${sql.lit(last)})`
}

function now(): RawBuilder<unknown> {
  return sql.lit(Date.now())
}

/** Random, and as ours are: version 4 in lower case. */
function newUuid(dialect: Store['dialect']['name']): RawBuilder<unknown> {
  if (dialect === 'postgres') return sql`gen_random_uuid()::text`
  const variant = sql`substr('89ab', 1 + abs(random() % 4), 1)`
  return sql`${hex(8)} || '-' || ${hex(4)} || '-4' || ${hex(3)} || '-' || ${variant} || ${hex(3)} || '-' || ${hex(12)}`
}

function hex(digits: number): RawBuilder<unknown> {
  return sql`substr(lower(hex(randomblob(8))), 1, ${sql.lit(digits)})`
}
