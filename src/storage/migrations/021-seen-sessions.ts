import { type Kysely, type SchemaModule, sql } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** What tells people their sessions apart: a number to name one by, and the browser that it was begun with. */
export async function nameSessions(
  schema: SchemaModule,
  dialect: DialectDifferences,
  db: Kysely<never>,
): Promise<void> {
  await schema
    .alterTable('sessions')
    .addColumn('id', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('sessions').addColumn('client', dialect.text).execute()
  await sql`
    update sessions set id = numbered.nth
    from (select token_hash, row_number() over (order by created_at) as nth from sessions) as numbered
    where numbered.token_hash = sessions.token_hash`.execute(db)
  await schema.createIndex('sessions_user_id_id').on('sessions').columns(['user_id', 'id']).unique().execute()
  await schema.dropIndex('sessions_user_id').execute()
}
