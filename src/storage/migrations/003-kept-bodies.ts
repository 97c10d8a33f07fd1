import { randomBytes } from 'node:crypto'
import { type Kysely, type SchemaModule, sql } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/**
 * A revision is a random value instead of a count, and finished bytes are kept under it: a restored database hands out
 * the same ids and counts again, for other text. And a secret of the store, for ETags that tell nothing of the bytes.
 */
export async function createKeptBodies(
  schema: SchemaModule,
  dialect: DialectDifferences,
  db: Kysely<never>,
): Promise<void> {
  await schema.alterTable('chats').dropColumn('revision').execute()
  const tables = db as unknown as Kysely<Record<'chats' | 'snapshots', { revision: string }>>
  for (const table of ['chats', 'snapshots'] as const) {
    await schema
      .alterTable(table)
      .addColumn('revision', dialect.text, (c) => c.notNull().defaultTo(''))
      .execute()
    await tables.updateTable(table).set({ revision: dialect.randomText }).execute()
  }

  await schema
    .alterTable('snapshots')
    .addColumn('content_bytes', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`update snapshots set content_bytes = (
    select coalesce(sum(length(content)), 0) from snapshot_messages where snapshot_id = snapshots.id
  )`.execute(db)

  await schema.dropTable('chat_bodies').execute()
  await schema.dropTable('snapshot_bodies').execute()
  await schema
    .createTable('kept_bodies')
    .addColumn('revision', dialect.text, (c) => c.notNull())
    .addColumn('format', dialect.text, (c) => c.notNull())
    .addColumn('chat_id', 'integer', (c) => c.notNull().references('chats.id').onDelete('cascade'))
    .addColumn('snapshot_id', 'integer', (c) => c.references('snapshots.id').onDelete('cascade'))
    .addColumn('bytes', dialect.bytes, (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('kept_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('kept_bodies_pk', ['revision', 'format'])
    .execute()
  await schema.createIndex('kept_bodies_chat_id').on('kept_bodies').column('chat_id').execute()
  await schema.createIndex('kept_bodies_snapshot_id').on('kept_bodies').column('snapshot_id').execute()
  await schema.createIndex('kept_bodies_kept_at').on('kept_bodies').columns(['kept_at', 'size']).execute()

  await schema
    .createTable('store_facts')
    .addColumn('name', dialect.text, (c) => c.primaryKey())
    .addColumn('value', dialect.text, (c) => c.notNull())
    .execute()
  const facts = db as unknown as Kysely<{ store_facts: { name: string; value: string } }>
  await facts
    .insertInto('store_facts')
    .values({ name: 'secret', value: randomBytes(32).toString('base64url') })
    .execute()
}
