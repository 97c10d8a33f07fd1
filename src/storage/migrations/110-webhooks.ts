import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Where programs of an account's owner are told of what happens, and what waits to be told. */
export async function createWebhooks(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('webhooks'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('url', dialect.text, (c) => c.notNull())
    .addColumn('events', dialect.text, (c) => c.notNull())
    .addColumn('secret', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('tried_at', 'bigint')
    .addColumn('outcome', dialect.text)
    .execute()
  await schema.createIndex('webhooks_user_id').on('webhooks').column('user_id').execute()

  await dialect
    .addId(schema.createTable('webhook_messages'))
    .addColumn('webhook_id', 'integer', (c) => c.notNull().references('webhooks.id').onDelete('cascade'))
    .addColumn('content', dialect.text, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('gives_up_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('webhook_messages_due_at').on('webhook_messages').column('due_at').execute()
  await schema
    .createIndex('webhook_messages_webhook_id')
    .on('webhook_messages')
    .column('webhook_id')
    .execute()
}
