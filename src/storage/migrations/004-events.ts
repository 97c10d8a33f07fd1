import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** What was done to an account's links and sign-ins, for its owner to look at. */
export async function createEvents(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('events'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('kind', dialect.text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('session', dialect.text)
    .addColumn('client', dialect.text)
    .addColumn('share_uuid', dialect.text)
    .addColumn('detail', dialect.text)
    .execute()
  await schema.createIndex('events_user_id').on('events').columns(['user_id', 'id']).execute()
  await schema.createIndex('events_at').on('events').column('at').execute()
}
