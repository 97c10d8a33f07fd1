import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Links whose owner wants one mail when somebody has read them. */
export async function createFirstReadMails(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema
    .createTable('first_read_mails')
    .addColumn('share_id', 'integer', (c) => c.primaryKey().references('shares.id').onDelete('cascade'))
    .addColumn('origin', dialect.text, (c) => c.notNull())
    .addColumn('mailed_at', 'bigint')
    .execute()
}
