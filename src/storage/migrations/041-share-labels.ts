import { type Kysely, type SchemaModule, sql } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

const COLUMNS =
  sql.raw(`id, chat_id, uuid, is_shared, is_protected, password_hash, unlock_version, expires_at, max_views,
  view_count, late_view_count, created_at, updated_at`)

/**
 * A chat may have several links, told apart by a label; the one without is its main link. SQLite can't drop a
 * constraint, so the table is made anew there: https://www.sqlite.org/lang_altertable.html#otheralter.
 */
export async function createShareLabels(
  schema: SchemaModule,
  dialect: DialectDifferences,
  db: Kysely<never>,
): Promise<void> {
  if (dialect.name === 'postgres') {
    await sql`alter table shares drop constraint shares_chat_id_key`.execute(db)
    await schema
      .alterTable('shares')
      .addColumn('label', dialect.text, (c) => c.notNull().defaultTo(''))
      .addColumn('last_viewed_at', 'bigint')
      .execute()
  } else {
    await dialect
      .addId(schema.createTable('new_shares'))
      .addColumn('chat_id', 'integer', (c) => c.notNull().references('chats.id').onDelete('cascade'))
      .addColumn('uuid', dialect.text, (c) => c.notNull().unique())
      .addColumn('is_shared', 'smallint', (c) => c.notNull())
      .addColumn('is_protected', 'smallint', (c) => c.notNull())
      .addColumn('password_hash', dialect.text)
      .addColumn('unlock_version', 'integer', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('max_views', 'integer')
      .addColumn('view_count', 'bigint', (c) => c.notNull())
      .addColumn('late_view_count', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('label', dialect.text, (c) => c.notNull().defaultTo(''))
      .addColumn('last_viewed_at', 'bigint')
      .execute()
    await sql`insert into new_shares (${COLUMNS}) select ${COLUMNS} from shares`.execute(db)
    // No id is handed out twice, those of deleted links neither.
    await sql`delete from sqlite_sequence where name = 'new_shares'`.execute(db)
    await sql`insert into sqlite_sequence (name, seq) select 'new_shares', seq from sqlite_sequence where name = 'shares'`.execute(
      db,
    )
    await schema.dropTable('shares').execute()
    await schema.alterTable('new_shares').renameTo('shares').execute()
  }
  await schema
    .createIndex('shares_chat_id_label')
    .on('shares')
    .columns(['chat_id', 'label'])
    .unique()
    .execute()
  await schema
    .alterTable('snapshots')
    .addColumn('is_selection', 'smallint', (c) => c.notNull().defaultTo(0))
    .execute()
}
