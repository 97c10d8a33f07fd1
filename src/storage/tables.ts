import type { Generated } from 'kysely'
import type { EventKind } from './queries/events.ts'

/**
 * The tables, as both dialects hold them. Times are epoch milliseconds; booleans are 0 or 1, which both take;
 * texts are validated before they come here.
 */
export interface Tables {
  users: UsersTable
  deleted_users: DeletedUsersTable
  sessions: SessionsTable
  chats: ChatsTable
  messages: MessagesTable
  kept_bodies: KeptBodiesTable
  shares: SharesTable
  whitelist_entries: WhitelistEntriesTable
  session_unlocks: SessionUnlocksTable
  snapshots: SnapshotsTable
  snapshot_messages: SnapshotMessagesTable
  import_sources: ImportSourcesTable
  events: EventsTable
  store_facts: StoreFactsTable
  try_counters: TryCountersTable
  try_lanes: TryLanesTable
}

export type Flag = 0 | 1

interface UsersTable {
  id: Generated<number>
  /** normal form */
  email: string
  email_verified_at: number | null
  password_hash: string
  created_at: number
  updated_at: number
}

/** Accounts that are gone for everyone, and whose rows are still being removed. */
interface DeletedUsersTable {
  user_id: number
  deleted_at: number
  /** the account that may have what was deleted back, until then */
  restorable_by: Generated<number | null>
  restorable_until: Generated<number | null>
  /** of a deleted share: the chat that it was of */
  share_of_chat: Generated<number | null>
}

interface SessionsTable {
  /** SHA-256 of the token, base64url */
  token_hash: string
  user_id: number
  created_at: number
  renewed_at: number
  expires_at: number
}

interface ChatsTable {
  id: Generated<number>
  user_id: number
  model: string
  name: string
  /** a random value, another one with every change of what a reader sees */
  revision: string
  message_count: number
  content_bytes: number
  last_position: number
  created_at: number
  updated_at: number
}

interface MessagesTable {
  id: Generated<number>
  chat_id: number
  position: number
  role: string
  content: string
  created_at: number
  updated_at: number
}

/** Finished bytes of a chat or a snapshot, compressed, so that a cold read doesn't serialise its rows anew. */
interface KeptBodiesTable {
  revision: string
  /** the format's name and version */
  format: string
  chat_id: number
  /** null for those of the chat itself */
  snapshot_id: number | null
  bytes: Uint8Array
  size: number
  kept_at: number
}

/** What the store knows of itself. */
interface StoreFactsTable {
  name: string
  value: string
}

interface SharesTable {
  id: Generated<number>
  chat_id: number
  uuid: string
  is_shared: Flag
  is_protected: Flag
  password_hash: string | null
  unlock_version: number
  expires_at: number | null
  max_views: number | null
  view_count: number
  /** views of `view_count` that don't count against `max_views`: written after the limit was set */
  late_view_count: number
  /** the name under which it is shared, for readers to see */
  shared_by: string | null
  created_at: number
  updated_at: number
}

interface WhitelistEntriesTable {
  id: Generated<number>
  share_id: number
  email: string
  created_at: number
  updated_at: number
}

interface SessionUnlocksTable {
  token_hash: string
  share_id: number
  unlock_version: number
  expires_at: number
}

interface SnapshotsTable {
  id: Generated<number>
  share_id: number
  /** a random value */
  revision: string
  /** about how many its messages have */
  content_bytes: number
  name: string
  model: string
  created_at: number
}

interface SnapshotMessagesTable {
  snapshot_id: number
  position: number
  message_id: number
  role: string
  content: string
  created_at: number
  updated_at: number
}

interface ImportSourcesTable {
  user_id: number
  /** what the conversation is called where it came from, such as `chatgpt:<its id>` */
  source_key: string
  chat_id: number
  /** the chat's name as it was imported last */
  name: string
  /** SHA-256 over the messages as they were imported last, base64url */
  messages_digest: string
  imported_at: number
}

interface EventsTable {
  id: Generated<number>
  user_id: number
  kind: EventKind
  at: number
  session: string | null
  client: string | null
  share_uuid: string | null
  detail: string | null
}

interface TryCountersTable {
  subject: string
  count: number
  expires_at: number
}

interface TryLanesTable {
  subject: string
  /** wrong tries, draining at a steady rate */
  level: number
  level_at: number
  /** when the next slowed try may go */
  next_slot_at: number
}
