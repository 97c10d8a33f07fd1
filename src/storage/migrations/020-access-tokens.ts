import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Tokens with which programs act for an account, and their names in the account's log. */
export async function createAccessTokens(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('access_tokens'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('token_hash', dialect.text, (c) => c.notNull().unique())
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('scope', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .execute()
  await schema.createIndex('access_tokens_user_id').on('access_tokens').column('user_id').execute()
  await schema.alterTable('events').addColumn('token', dialect.text).execute()
}
