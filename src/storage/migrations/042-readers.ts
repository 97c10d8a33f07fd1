import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Who read a link and on which days, for its owner: emails that were proved for it, and numbers of views. */
export async function createReaders(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema
    .createTable('share_readers')
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('views', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('share_readers_pk', ['share_id', 'email'])
    .execute()
  await schema
    .createTable('share_days')
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('date', dialect.text, (c) => c.notNull())
    .addColumn('views', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('share_days_pk', ['share_id', 'date'])
    .execute()
}
