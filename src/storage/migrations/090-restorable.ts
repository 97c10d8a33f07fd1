import type { SchemaModule } from 'kysely'

/** Deletions that their owner may still take back: nothing of them is removed before that time is over. */
export async function addRestorable(schema: SchemaModule): Promise<void> {
  // SQLite adds one column at a time.
  await schema.alterTable('deleted_users').addColumn('restorable_by', 'integer').execute()
  await schema.alterTable('deleted_users').addColumn('restorable_until', 'bigint').execute()
  await schema.alterTable('deleted_users').addColumn('share_of_chat', 'integer').execute()
  await schema
    .createIndex('deleted_users_restorable_by')
    .on('deleted_users')
    .column('restorable_by')
    .execute()
}
