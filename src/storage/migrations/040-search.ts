import { type Kysely, type SchemaModule, sql } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

/**
 * An index of all texts, and what of them waits to be put into it: indexing costs ten times what storing a message
 * does, so it is done a moment later. What is there already waits, too.
 */
export async function createSearch(
  schema: SchemaModule,
  dialect: DialectDifferences,
  db: Kysely<never>,
): Promise<void> {
  await schema
    .createTable('search_queue')
    .addColumn('user_id', 'integer', (c) => c.notNull())
    .addColumn('chat_id', 'integer', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('search_queue_pk', ['user_id', 'chat_id', 'position'])
    .execute()
  await dialect.search.create(db as unknown as Kysely<Tables>)
  await queueAllTexts(db)
}

/** Has all texts indexed in the background. */
export async function queueAllTexts(db: Kysely<never>): Promise<void> {
  await sql`insert into search_queue (user_id, chat_id, position)
    select user_id, id, 0 from chats where true on conflict do nothing`.execute(db)
  await sql`insert into search_queue (user_id, chat_id, position)
    select chats.user_id, messages.chat_id, messages.position
    from messages inner join chats on chats.id = messages.chat_id where true on conflict do nothing`.execute(
    db,
  )
}
