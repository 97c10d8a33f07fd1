import type { Generated } from 'kysely'
import type { TokenScope } from './queries/access-tokens.ts'
import type { EventKind } from './queries/events.ts'

/**
 * The tables, as both dialects hold them. Times are epoch milliseconds; booleans are 0 or 1, which both take;
 * texts are validated before they come here.
 */
export interface Tables {
  users: UsersTable
  deleted_users: DeletedUsersTable
  sessions: SessionsTable
  access_tokens: AccessTokensTable
  identities: IdentitiesTable
  passkeys: PasskeysTable
  chats: ChatsTable
  messages: MessagesTable
  kept_bodies: KeptBodiesTable
  shares: SharesTable
  whitelist_entries: WhitelistEntriesTable
  session_unlocks: SessionUnlocksTable
  snapshots: SnapshotsTable
  snapshot_messages: SnapshotMessagesTable
  share_readers: ShareReadersTable
  share_days: ShareDaysTable
  import_sources: ImportSourcesTable
  file_contents: FileContentsTable
  file_chunks: FileChunksTable
  files: FilesTable
  events: EventsTable
  idempotency_keys: IdempotencyKeysTable
  store_facts: StoreFactsTable
  mails: MailsTable
  webhooks: WebhooksTable
  webhook_messages: WebhookMessagesTable
  email_codes: EmailCodesTable
  reader_proofs: ReaderProofsTable
  invitations: InvitationsTable
  access_requests: AccessRequestsTable
  first_read_mails: FirstReadMailsTable
  search_queue: SearchQueueTable
  try_counters: TryCountersTable
  try_lanes: TryLanesTable
}

export type Flag = 0 | 1

interface UsersTable {
  id: Generated<number>
  /** normal form */
  email: string
  email_verified_at: number | null
  /** empty where nobody can sign in with one */
  /** verified before, while the present one isn't; null where there is none */
  former_email: Generated<string | null>
  /** empty where no password lets anybody in */
  password_hash: string
  /** whether they get mail when somebody asks to read a chat of theirs */
  mails_requests: Generated<Flag>
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
  /** names it to its owner; another one for each session of an account */
  id: number
  /** such as "Firefox on Linux"; null for sessions from before it was kept */
  client: string | null
  created_at: number
  renewed_at: number
  expires_at: number
  /** when the account's email was proved for this session, by a code */
  email_proved_at: number | null
}

/** Whom a sign-on service vouches for, and whose account that opens. */
interface IdentitiesTable {
  issuer: string
  /** the service's own name for them */
  subject: string
  user_id: number
  created_at: number
}

interface PasskeysTable {
  id: Generated<number>
  user_id: number
  /** base64url */
  credential_id: string
  /** COSE, base64url */
  public_key: string
  sign_count: number
  name: string
  created_at: number
  last_used_at: number | null
}

/** With which programs act for an account. */
interface AccessTokensTable {
  id: Generated<number>
  user_id: number
  /** SHA-256 of the token, base64url */
  token_hash: string
  name: string
  scope: TokenScope
  created_at: number
  last_used_at: number | null
  /** null: never */
  expires_at: number | null
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
  /** tells a chat's links apart; empty for its main one */
  label: Generated<string>
  last_viewed_at: Generated<number | null>
}

/** Emails that were proved to read a link, and when. */
interface ShareReadersTable {
  share_id: number
  email: string
  first_at: number
  last_at: number
  views: number
}

/** A link's views by day. */
interface ShareDaysTable {
  share_id: number
  /** in UTC, such as 2026-01-31 */
  date: string
  views: number
}

/** Texts that changed and wait to be put into the index of the search, which each dialect has in its own way. */
interface SearchQueueTable {
  user_id: number
  chat_id: number
  /** of the message; 0 for the chat's name */
  position: number
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
  /** it shows a part of the chat, or the chat redacted */
  is_selection: Generated<Flag>
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

/** What is in files, once for each account, whatever names it has there. */
interface FileContentsTable {
  id: Generated<number>
  user_id: number
  /** SHA-256 of the bytes as they were sent, base64url */
  source_digest: string
  /** SHA-256 of the bytes as they are kept: a picture is encoded anew */
  digest: string
  media_type: string
  size: number
  /** of a picture; null for all else */
  width: number | null
  height: number | null
  /** of the same picture for small screens, where it is large enough to have one */
  small_size: number | null
  small_width: number | null
  created_at: number
}

interface FileChunksTable {
  content_id: number
  variant: FileVariant
  /** from 0 */
  number: number
  bytes: Uint8Array
}

export type FileVariant = 'whole' | 'small'

/** Files that messages may name. */
interface FilesTable {
  user_id: number
  /** unguessable; two accounts may have the same, as copies of a chat keep its text */
  id: string
  content_id: number
  name: string
  created_at: number
  /** when it was looked for in the account's messages last, or stored again; earlier where it is to be looked for soon */
  looked_for_at: number
  /** the chat that it was sent for, where a message may be going to name it */
  sent_to_chat: Generated<number | null>
}

interface EventsTable {
  id: Generated<number>
  user_id: number
  kind: EventKind
  at: number
  session: string | null
  client: string | null
  /** the name of the token that was used */
  token: string | null
  share_uuid: string | null
  detail: string | null
}

interface IdempotencyKeysTable {
  user_id: number
  /** SHA-256 of the key, base64url */
  key_hash: string
  /** a keyed digest of all that the request asked for */
  request_digest: string
  /** which rows it made */
  made: string
  created_at: number
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

/** Mail that waits to be sent; a row is deleted once the mail server has taken it. */
interface MailsTable {
  id: Generated<number>
  recipient: string
  /** what the mail says, as JSON: see mail/mail.ts */
  content: string
  attempts: number
  /** when it is tried next; while it is being sent, when another process may take it over */
  due_at: number
  gives_up_at: number
  created_at: number
}

/** Where programs of an account's owner are told of what happens. */
interface WebhooksTable {
  id: Generated<number>
  user_id: number
  url: string
  /** names of events, comma-separated */
  events: string
  /** what messages are signed with, as the receiver has it */
  secret: string
  created_at: number
  /** of the last attempt to send it something */
  tried_at: number | null
  outcome: string | null
}

/** What waits to be sent to a webhook; a row is deleted once it was taken. */
interface WebhookMessagesTable {
  id: Generated<number>
  webhook_id: number
  /** JSON */
  content: string
  attempts: number
  /** when it is tried next; while it is being sent, when another process may take it over */
  due_at: number
  gives_up_at: number
  created_at: number
}

interface EmailCodesTable {
  /** what the code is good for, such as `sign-in` */
  purpose: string
  email: string
  code_hash: string
  /** how often a code was entered */
  entries: number
  expires_at: number
}

/** Emails that a browser has proved, by its reader cookie. */
interface ReaderProofsTable {
  /** SHA-256 of the cookie's token, base64url */
  token_hash: string
  email: string
  proved_at: number
  expires_at: number
}

interface InvitationsTable {
  share_id: number
  email: string
  /** who invited */
  user_id: number
  invited_at: number
}

/** Links whose owner wants one mail when somebody has read them. */
interface FirstReadMailsTable {
  share_id: number
  /** ours, as it was when they asked for it */
  origin: string
  /** null: nobody has read it since */
  mailed_at: number | null
}

/** Readers who asked to be let in. */
interface AccessRequestsTable {
  id: Generated<number>
  share_id: number
  email: string
  asked_at: number
  /** the owner has neither added nor dismissed them */
  is_open: Flag
}
