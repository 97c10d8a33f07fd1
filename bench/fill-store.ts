import { type RawBuilder, sql } from 'kysely'
import { readDatabaseUrl } from '../src/start/config.ts'
import { openConfiguredStore } from '../src/start/open-context.ts'
import { createPasswordHasher } from '../src/secrets/password-hasher.ts'
import type { Store } from '../src/storage/store.ts'
import type { NewMessage } from '../test/kit/client.ts'

/** What a store is filled with: chats that are all shared, open to everyone, never read so far. */
export interface Filling {
  readonly shares: number
  /** kinds of chats by name; the last one is what all others are */
  readonly kinds: Readonly<
    Record<string, { readonly shares: number; readonly messages: readonly NewMessage[] }>
  >
}

const CHATS_AT_ONCE = 50_000
const CHATS_OF_AN_OWNER = 1000
const MOST_LISTED = 100_000

/**
 * Fills an empty database with what our own writes would have left, by a few large statements: through the API it
 * would take hours. Chats of the rarer kinds lie among the others, evenly.
 *
 * @returns the UUIDs of each kind, of at most 100,000
 */
export async function fillStore(databaseUrl: string, filling: Filling): Promise<Map<string, string[]>> {
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
    // By itself PostgreSQL does so within a minute.
    if (isPostgres) await sql.raw('vacuum analyze').execute(store.counters)
    return await listUuids(store, filling)
  } finally {
    await store.close()
  }
}

async function insertOwners({ counters }: Store, owners: number): Promise<void> {
  const passwordHash = await createPasswordHasher().hash('they all have the same')
  await sql`${numbers(1, owners)}
    insert into users (email, email_verified_at, password_hash, created_at, updated_at)
    select 'owner-' || n || '@example.org', null, ${passwordHash}, ${now()}, ${now()} from numbers
  `.execute(counters)
}

async function insertChats(
  { counters, dialect }: Store,
  filling: Filling,
  first: number,
  last: number,
): Promise<void> {
  const kinds = Object.entries(filling.kinds)
  const cases = kinds.slice(0, -1).map(([name, { shares }], index) => {
    const every = filling.shares / shares
    return sql`when n % ${sql.lit(every)} = ${sql.lit(index)} then ${sql.lit(name)}`
  })
  const kindOf = sql`case ${sql.join(cases, sql` `)} else ${sql.lit(kinds.at(-1)?.[0] ?? '')} end`
  const sizes = sql.join(
    kinds.map(([name, { messages }]) => {
      const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
      return sql`select ${sql.lit(name)} as kind, ${sql.lit(messages.length)} as messages, ${sql.lit(bytes)} as bytes`
    }),
    sql` union all `,
  )
  const contents = sql.join(
    kinds.flatMap(([name, { messages }]) =>
      messages.map(
        ({ role, content }, index) =>
          sql`select ${sql.lit(name)} as kind, ${sql.lit(index + 1)} as position, ${sql.lit(role)} as role, ${sql.lit(content)} as content`,
      ),
    ),
    sql` union all `,
  )
  await counters.transaction().execute(async (trx) => {
    // Chats, messages and shares count from 1 in an empty database.
    await sql`${numbers(first, last)}
      insert into chats (user_id, model, name, revision, message_count, content_bytes, last_position, created_at, updated_at)
      select (n - 1) / ${sql.lit(CHATS_OF_AN_OWNER)} + 1, sizes.kind, 'Chat ' || n, 2, sizes.messages, sizes.bytes, sizes.messages, ${now()}, ${now()}
      from (select n, ${kindOf} as kind from numbers) as numbered
      inner join (${sizes}) as sizes on sizes.kind = numbered.kind order by n
    `.execute(trx)
    await sql`insert into messages (chat_id, position, role, content, created_at, updated_at)
      select chats.id, contents.position, contents.role, contents.content, chats.created_at, chats.created_at
      from chats inner join (${contents}) as contents on contents.kind = chats.model
      where chats.id between ${sql.lit(first)} and ${sql.lit(last)} order by chats.id, contents.position
    `.execute(trx)
    await sql`insert into shares (chat_id, uuid, is_shared, is_protected, unlock_version, view_count, late_view_count, created_at, updated_at)
      select id, ${newUuid(dialect.name)}, 1, 0, 1, 0, 0, created_at, created_at
      from chats where id between ${sql.lit(first)} and ${sql.lit(last)} order by id
    `.execute(trx)
  })
}

async function listUuids({ counters }: Store, { kinds }: Filling): Promise<Map<string, string[]>> {
  const uuids = new Map<string, string[]>()
  for (const [name, { shares }] of Object.entries(kinds)) {
    const every = Math.max(1, Math.floor(shares / MOST_LISTED))
    const { rows } = await sql<{ uuid: string }>`
      select uuid from shares inner join chats on chats.id = shares.chat_id
      where chats.model = ${name} and (chats.id / 2) % ${sql.lit(every)} = 0 limit ${sql.lit(MOST_LISTED)}
    `.execute(counters)
    uuids.set(
      name,
      rows.map(({ uuid }) => uuid),
    )
  }
  return uuids
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
