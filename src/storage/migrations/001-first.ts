import type { SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'

/** Accounts, chats, shares, and what keeps reading and guessing cheap. */
export async function createFirstTables(schema: SchemaModule, dialect: DialectDifferences): Promise<void> {
  await dialect
    .addId(schema.createTable('users'))
    .addColumn('email', dialect.text, (c) => c.notNull().unique())
    .addColumn('email_verified_at', 'bigint')
    .addColumn('password_hash', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('sessions')
    .addColumn('token_hash', dialect.text, (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('renewed_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('sessions_user_id').on('sessions').column('user_id').execute()
  await schema.createIndex('sessions_expires_at').on('sessions').column('expires_at').execute()

  await dialect
    .addId(schema.createTable('chats'))
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('model', dialect.text, (c) => c.notNull())
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('message_count', 'integer', (c) => c.notNull())
    .addColumn('content_bytes', 'bigint', (c) => c.notNull())
    .addColumn('last_position', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('chats_user_id').on('chats').columns(['user_id', 'updated_at']).execute()

  await dialect
    .addId(schema.createTable('messages'))
    .addColumn('chat_id', 'integer', (c) => c.notNull().references('chats.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('role', dialect.text, (c) => c.notNull())
    .addColumn('content', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('messages_chat_id_position', ['chat_id', 'position'])
    .execute()

  await schema
    .createTable('chat_bodies')
    .addColumn('chat_id', 'integer', (c) => c.notNull().references('chats.id').onDelete('cascade'))
    .addColumn('format', dialect.text, (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('bytes', dialect.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('chat_bodies_pk', ['chat_id', 'format'])
    .execute()

  await dialect
    .addId(schema.createTable('shares'))
    .addColumn('chat_id', 'integer', (c) => c.notNull().unique().references('chats.id').onDelete('cascade'))
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
    .execute()

  await dialect
    .addId(schema.createTable('whitelist_entries'))
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('email', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('whitelist_entries_share_id_email', ['share_id', 'email'])
    .execute()

  await schema
    .createTable('session_unlocks')
    .addColumn('token_hash', dialect.text, (c) =>
      c.notNull().references('sessions.token_hash').onDelete('cascade'),
    )
    .addColumn('share_id', 'integer', (c) => c.notNull().references('shares.id').onDelete('cascade'))
    .addColumn('unlock_version', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('session_unlocks_pk', ['token_hash', 'share_id'])
    .execute()
  await schema.createIndex('session_unlocks_share_id').on('session_unlocks').column('share_id').execute()

  await dialect
    .addId(schema.createTable('snapshots'))
    .addColumn('share_id', 'integer', (c) => c.notNull().unique().references('shares.id').onDelete('cascade'))
    .addColumn('name', dialect.text, (c) => c.notNull())
    .addColumn('model', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('snapshot_messages')
    .addColumn('snapshot_id', 'integer', (c) => c.notNull().references('snapshots.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('message_id', 'integer', (c) => c.notNull())
    .addColumn('role', dialect.text, (c) => c.notNull())
    .addColumn('content', dialect.text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('snapshot_messages_pk', ['snapshot_id', 'position'])
    .execute()

  await schema
    .createTable('snapshot_bodies')
    .addColumn('snapshot_id', 'integer', (c) => c.notNull().references('snapshots.id').onDelete('cascade'))
    .addColumn('format', dialect.text, (c) => c.notNull())
    .addColumn('bytes', dialect.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('snapshot_bodies_pk', ['snapshot_id', 'format'])
    .execute()

  await schema
    .createTable('try_counters')
    .addColumn('subject', dialect.text, (c) => c.primaryKey())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('try_counters_expires_at').on('try_counters').column('expires_at').execute()

  await schema
    .createTable('try_lanes')
    .addColumn('subject', dialect.text, (c) => c.primaryKey())
    .addColumn('level', 'double precision', (c) => c.notNull())
    .addColumn('level_at', 'bigint', (c) => c.notNull())
    .addColumn('next_slot_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('try_lanes_level_at').on('try_lanes').column('level_at').execute()
}
