import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Who was invited by mail and who asked to be let in, each once for a share; and who wants no mail about the latter. */
export async function createInvitations(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await schema
    .createTable('invitations')
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('user_id', 'integer', (c) => c.notNull())
    .addColumn('invited_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('invitations_pk', ['share_id', 'email'])
    .execute()
  await schema
    .createIndex('invitations_user_id')
    .on('invitations')
    .columns(['user_id', 'invited_at'])
    .execute()

  await dialect
    .addId(schema.createTable('access_requests'))
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('is_open', 'smallint', (c) => c.notNull())
    .addUniqueConstraint('access_requests_share_id_email', ['share_id', 'email'])
    .execute()

  await schema
    .alterTable('users')
    .addColumn('mails_requests', 'smallint', (c) => c.notNull().defaultTo(1))
    .execute()
}
