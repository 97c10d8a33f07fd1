import type { SchemaModule } from 'kysely'

/** Accounts that are deleted, while what they had is being removed. */
export async function createDeletedUsers(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('deleted_users')
    .addColumn('user_id', 'integer', (c) => c.primaryKey().references('users.id').onDelete('cascade'))
    .addColumn('deleted_at', 'bigint', (c) => c.notNull())
    .execute()
}
