import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** The email that an account had verified before it was given one that nobody has verified yet. */
export async function addFormerEmails(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema.alterTable('users').addColumn('former_email', dialect.text).execute()
}
