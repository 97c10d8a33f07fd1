import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Who somebody is at a sign-on service, and which account that opens. */
export async function createIdentities(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema
    .createTable('identities')
    .addColumn('issuer', dialect.text, (c) => c.notNull())
    .addColumn('subject', dialect.text, (c) => c.notNull())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('identities_pk', ['issuer', 'subject'])
    .execute()
  await schema.createIndex('identities_user_id').on('identities').column('user_id').execute()
}
