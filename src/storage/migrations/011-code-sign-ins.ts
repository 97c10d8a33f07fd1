import type { SchemaModule } from 'kysely'

/** When a session began with a code sent by mail: for a while after, it may set a password that was forgotten. */
export async function addCodeSignIns(schema: SchemaModule): Promise<void> {
  await schema.alterTable('sessions').addColumn('email_proved_at', 'bigint').execute()
}
