import type { SchemaModule } from 'kysely'

/** So that what an account has stored is summed up from an index alone. */
export async function createUsageIndex(schema: SchemaModule): Promise<void> {
  await schema.createIndex('chats_usage').on('chats').columns(['user_id', 'content_bytes']).execute()
}
