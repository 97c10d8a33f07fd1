import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Where imported chats came from, so that importing a file again adds nothing twice. */
export async function createImportSources(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema
    .createTable('import_sources')
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('source_key', dialect.text, (c) => c.notNull())
    .addColumn('chat_id', 'integer', (c) => c.notNull().references('chats.id').onDelete('cascade'))
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('messages_digest', dialect.text, (c) => c.notNull())
    .addColumn('imported_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_sources_pk', ['user_id', 'source_key'])
    .execute()
  await schema.createIndex('import_sources_chat_id').on('import_sources').column('chat_id').execute()
}
