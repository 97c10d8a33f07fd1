import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Mail that waits to be sent, codes that were sent, and the emails that browsers without an account have proved. */
export async function createMail(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('mails'))
    .addColumn('recipient', dialect.text, (c) => c.notNull())
    .addColumn('content', dialect.text, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('gives_up_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('mails_due_at').on('mails').column('due_at').execute()

  await schema
    .createTable('email_codes')
    .addColumn('purpose', dialect.text, (c) => c.notNull())
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('code_hash', dialect.text, (c) => c.notNull())
    .addColumn('entries', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('email_codes_pk', ['purpose', 'email'])
    .execute()
  await schema.createIndex('email_codes_expires_at').on('email_codes').column('expires_at').execute()

  await schema
    .createTable('reader_proofs')
    .addColumn('token_hash', dialect.text, (c) => c.notNull())
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('proved_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reader_proofs_pk', ['token_hash', 'email'])
    .execute()
  await schema.createIndex('reader_proofs_expires_at').on('reader_proofs').column('expires_at').execute()
}
