import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Files of chats: their names by account, and what is in them, kept once for each account, in chunks. */
export async function createFiles(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('file_contents'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('source_digest', dialect.text, (c) => c.notNull())
    .addColumn('digest', dialect.text, (c) => c.notNull())
    .addColumn('media_type', dialect.text, (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('small_size', 'integer')
    .addColumn('small_width', 'integer')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('file_contents_source')
    .unique()
    .on('file_contents')
    .columns(['user_id', 'source_digest'])
    .execute()
  await schema
    .createIndex('file_contents_digest')
    .on('file_contents')
    .columns(['user_id', 'digest'])
    .execute()

  await schema
    .createTable('file_chunks')
    .addColumn('content_id', 'integer', (c) => c.notNull().references('file_contents.id').onDelete('cascade'))
    .addColumn('variant', dialect.text, (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('bytes', dialect.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('file_chunks_pk', ['content_id', 'variant', 'number'])
    .execute()

  await schema
    .createTable('files')
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('id', dialect.text, (c) => c.notNull())
    // Bytes that a file has are never removed under it.
    .addColumn('content_id', 'integer', (c) => c.notNull().references('file_contents.id'))
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('looked_for_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('files_pk', ['user_id', 'id'])
    .execute()
  await schema.createIndex('files_content_id').on('files').column('content_id').execute()
  await schema.createIndex('files_looked_for_at').on('files').column('looked_for_at').execute()
}
