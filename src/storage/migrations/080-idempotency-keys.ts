import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** What was done for a request that its sender may send again. */
export async function createIdempotencyKeys(
  schema: SchemaModule,
  dialect: DialectDifferences,
): Promise<void> {
  await schema
    .createTable('idempotency_keys')
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('key_hash', dialect.text, (c) => c.notNull())
    .addColumn('request_digest', dialect.text, (c) => c.notNull())
    .addColumn('made', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_keys_pk', ['user_id', 'key_hash'])
    .execute()
  await schema
    .createIndex('idempotency_keys_created_at')
    .on('idempotency_keys')
    .columns(['user_id', 'created_at'])
    .execute()
}
