import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Keys of devices that sign in without a password. */
export async function createPasskeys(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('passkeys'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('credential_id', dialect.text, (c) => c.notNull().unique())
    .addColumn('public_key', dialect.text, (c) => c.notNull())
    .addColumn('sign_count', 'bigint', (c) => c.notNull())
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute()
  await schema.createIndex('passkeys_user_id').on('passkeys').column('user_id').execute()
}
