import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** The name under which a chat is shared, where its owner wants one to be seen. */
export async function addSharedBy(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema.alterTable('shares').addColumn('shared_by', dialect.text).execute()
}
