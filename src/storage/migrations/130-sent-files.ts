import type { SchemaModule } from 'kysely'

/** For which chat a file was sent: it may be named by no message yet, and goes with the chat. */
export async function addSentFiles(schema: SchemaModule): Promise<void> {
  await schema.alterTable('files').addColumn('sent_to_chat', 'integer').execute()
}
