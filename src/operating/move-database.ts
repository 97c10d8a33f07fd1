import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Client } from 'pg'
import type { PostgresConfig } from '../storage/dialects/postgres-url.ts'
import { connectToPrimary } from '../storage/dialects/postgres-pool.ts'
import type { Tables } from '../storage/tables.ts'

const MOST_ROWS_AT_ONCE = 1000
const MOST_CHARACTERS_AT_ONCE = 4 * 1024 * 1024
// A message may have a mebibyte.
const ROWS_READ_BACK_AT_ONCE = 64

type MovedTable = Exclude<keyof Tables, RemadeTable>
/** Finished bytes and the search's index are made again; a store's facts are its own. */
type RemadeTable = 'kept_bodies' | 'store_facts' | 'search_queue'

/** The tables, each after those it refers to, with what orders its rows. */
const TABLES: Record<MovedTable, readonly string[]> = {
  users: ['id'],
  deleted_users: ['user_id'],
  sessions: ['token_hash'],
  access_tokens: ['id'],
  identities: ['issuer', 'subject'],
  passkeys: ['id'],
  chats: ['id'],
  messages: ['id'],
  shares: ['id'],
  whitelist_entries: ['id'],
  session_unlocks: ['token_hash', 'share_id'],
  snapshots: ['id'],
  snapshot_messages: ['snapshot_id', 'position'],
  share_readers: ['share_id', 'email'],
  share_days: ['share_id', 'date'],
  import_sources: ['user_id', 'source_key'],
  file_contents: ['id'],
  file_chunks: ['content_id', 'variant', 'number'],
  files: ['user_id', 'id'],
  events: ['id'],
  mails: ['id'],
  webhooks: ['id'],
  webhook_messages: ['id'],
  email_codes: ['purpose', 'email'],
  reader_proofs: ['token_hash', 'email'],
  invitations: ['share_id', 'email'],
  access_requests: ['id'],
  first_read_mails: ['share_id'],
  idempotency_keys: ['user_id', 'key_hash'],
  try_counters: ['subject'],
  try_lanes: ['subject'],
}
export const MOVED_TABLES: readonly string[] = Object.keys(TABLES)
const REMADE: readonly RemadeTable[] = ['kept_bodies', 'store_facts', 'search_queue']

/** Thrown with a sentence for the operator; then nothing was moved. */
export class MoveError extends Error {
  override readonly name = 'MoveError'
}

/** How far the move is. Rows count twice: once copied, once read back. */
export interface MoveProgress {
  readonly table: string
  readonly done: number
  readonly total: number
}

type Value = string | number | Uint8Array | null
type Digest = { readonly rows: number; readonly checksum: string }

/**
 * Copies all that a SQLite database holds into an empty PostgreSQL, both with the present schema: ids, hashes,
 * sessions and the next ids too. All happens in one transaction, which is committed after every table was read back
 * and has the same rows: however it is interrupted, the PostgreSQL stays empty. Nobody writes to the SQLite file
 * meanwhile.
 *
 * @returns how many rows were moved
 * @throws MoveError when the target isn't empty or holds something else than what was written to it
 */
export async function moveDatabase(
  sourcePath: string,
  target: PostgresConfig,
  onProgress: (progress: MoveProgress) => void,
): Promise<number> {
  const source = new DatabaseSync(sourcePath)
  let client: Client | undefined
  try {
    source.exec('begin immediate')
    client = await connectToPrimary(target)
    await client.query('begin')
    await client.query('set local statement_timeout = 0')
    await client.query('set local idle_in_transaction_session_timeout = 0')
    const rows = await copyAll(source, client, onProgress)
    await client.query('commit')
    return rows
  } finally {
    await client?.end().catch(() => undefined)
    source.close()
  }
}

async function copyAll(
  source: DatabaseSync,
  client: Client,
  onProgress: (progress: MoveProgress) => void,
): Promise<number> {
  // Keeps out a server that is started too early.
  await client.query(`lock table ${[...MOVED_TABLES, ...REMADE].join(', ')} in access exclusive mode`)
  for (const table of MOVED_TABLES) {
    const { rowCount } = await client.query(`select 1 from ${table} limit 1`)
    if (rowCount !== 0)
      throw new MoveError(`The PostgreSQL database isn't empty: it has ${table}. Give an empty one.`)
  }

  const counts = MOVED_TABLES.map((table) =>
    Number(source.prepare(`select count(*) as n from ${table}`).get()?.['n']),
  )
  const total = 2 * counts.reduce((sum, count) => sum + count, 0)
  let done = 0
  for (const [table, keys] of Object.entries(TABLES)) {
    const advance = (rows: number): void => onProgress({ table, done: (done += rows), total })
    const order = keys.join(', ')
    const columns = source
      .prepare(`select * from ${table}`)
      .columns()
      .map(({ name }) => name)
    const written = await copyTable(source, client, { table, columns, order }, advance)
    const found = await readBack(client, { table, columns, order }, advance)
    if (written.rows !== found.rows || written.checksum !== found.checksum) {
      throw new MoveError(`The rows of ${table} aren't the same in PostgreSQL; nothing was moved.`)
    }
    if (keys[0] === 'id') await continueIds(source, client, table)
  }
  return total / 2
}

interface TableShape {
  readonly table: string
  readonly columns: readonly string[]
  readonly order: string
}

async function copyTable(
  source: DatabaseSync,
  client: Client,
  { table, columns, order }: TableShape,
  advance: (rows: number) => void,
): Promise<Digest> {
  const types = await columnTypes(client, table)
  const parameters = columns.map((column, index) => `$${index + 1}::${types.get(column)}[]`)
  const insert = {
    name: `move_${table}`,
    text: `insert into ${table} (${columns.join(', ')}) select * from unnest(${parameters.join(', ')})`,
  }
  const digest = createDigest()
  let batch: Value[][] = columns.map(() => [])
  let rows = 0
  let characters = 0
  const write = async (): Promise<void> => {
    if (rows === 0) return
    await client.query({ ...insert, values: batch })
    advance(rows)
    batch = columns.map(() => [])
    rows = 0
    characters = 0
  }
  for (const row of source
    .prepare(`select ${columns.join(', ')} from ${table} order by ${order}`)
    .iterate()) {
    const values = columns.map((column) => row[column] as Value)
    digest.add(values)
    for (const [index, value] of values.entries()) {
      batch[index]?.push(value)
      if (typeof value === 'string' || value instanceof Uint8Array) characters += value.length
    }
    rows++
    if (rows >= MOST_ROWS_AT_ONCE || characters >= MOST_CHARACTERS_AT_ONCE) await write()
  }
  await write()
  return digest.end()
}

async function readBack(
  client: Client,
  { table, columns, order }: TableShape,
  advance: (rows: number) => void,
): Promise<Digest> {
  const digest = createDigest()
  const query = `select ${columns.join(', ')} from ${table} order by ${order}`
  await client.query(`declare moved no scroll cursor for ${query}`)
  for (;;) {
    const { rows } = await client.query<Value[]>({
      text: `fetch ${ROWS_READ_BACK_AT_ONCE} from moved`,
      rowMode: 'array',
    })
    if (rows.length === 0) break
    for (const values of rows) digest.add(values)
    advance(rows.length)
  }
  await client.query('close moved')
  return digest.end()
}

function createDigest(): { add(this: void, row: Value[]): void; end(this: void): Digest } {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add(row) {
      rows++
      // Bytes are of another class in each driver.
      const plain = row.map((value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      )
      hash.update(`${JSON.stringify(plain)}\n`)
    },
    end: () => ({ rows, checksum: hash.digest('base64') }),
  }
}

async function columnTypes(client: Client, table: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  )
  return new Map(rows.map(({ name, type }) => [name, type]))
}

/** The next id is one that SQLite never handed out either, also where the last rows were deleted. */
async function continueIds(source: DatabaseSync, client: Client, table: string): Promise<void> {
  const last = Number(
    source.prepare('select seq from sqlite_sequence where name = ?').get(table)?.['seq'] ?? 0,
  )
  await client.query(`select setval(pg_get_serial_sequence($1, 'id'), $2, $3)`, [
    table,
    Math.max(last, 1),
    last > 0,
  ])
}
