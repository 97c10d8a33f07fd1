import { hash } from 'node:crypto'
import type { LimitAnswer, LimitQuery } from './limit-server.ts'
import { sharePath } from './requests.ts'

// What the service asks on these paths, as plain SQL: src/storage/queries/shares.ts and sessions.ts.

const OPENABLE = `select shares.id, shares.chat_id, shares.is_shared, shares.is_protected, shares.password_hash,
  shares.unlock_version, shares.expires_at, shares.max_views, shares.view_count, shares.late_view_count,
  chats.user_id, chats.revision, snapshots.id as snapshot_id,
  (select whitelist_entries.id from whitelist_entries where whitelist_entries.share_id = shares.id limit 1) as any_entry
  from shares inner join chats on chats.id = shares.chat_id
  left join snapshots on snapshots.share_id = shares.id where shares.uuid = ?`

const SESSION = `select sessions.user_id, sessions.renewed_at, sessions.expires_at, users.email, users.email_verified_at
  from sessions inner join users on users.id = sessions.user_id where sessions.token_hash = ?`

const STATUS = `select shares.uuid, shares.is_shared, shares.expires_at, shares.max_views, shares.view_count,
  shares.late_view_count from chats left join shares on shares.chat_id = chats.id
  where chats.id = ? and chats.user_id = ?`

const CLAIM = `update shares set view_count = view_count + 1 where uuid = ? and is_shared = 1
  and (expires_at is null or expires_at > ?)
  and (max_views is null or view_count - late_view_count < max_views) returning id`

export function openShareLimit(uuid: string, answer: Answer): LimitAnswer {
  return { url: sharePath(uuid), queries: [openable(uuid)], ...answer }
}

export function claimLimit(uuid: string, answer: Answer): LimitAnswer {
  const claim: LimitQuery = { sql: CLAIM, parameters: [uuid, Date.now()], on: 'durable' }
  return { url: sharePath(uuid), queries: [openable(uuid), claim], ...answer }
}

export function statusLimit(
  url: string,
  ids: { readonly userId: number; readonly chatId: number; readonly token: string },
  answer: Answer,
): LimitAnswer {
  return {
    url,
    queries: [
      { sql: SESSION, parameters: [hash('sha256', ids.token, 'base64url')], on: 'read' },
      { sql: STATUS, parameters: [ids.chatId, ids.userId], on: 'read' },
    ],
    ...answer,
  }
}

/** One message more, and nothing else. @param on what the commit promises */
export function insertLimit(
  url: string,
  chatId: number,
  on: 'durable' | 'fast',
  answer: Answer,
): LimitAnswer {
  const sql = `insert into messages (chat_id, position, role, content, created_at, updated_at)
    select ?, coalesce(max(position), 0) + 1, 'user', ?, ?, ? from messages where chat_id = ? returning id`
  const now = Date.now()
  return { url, queries: [{ sql, parameters: [chatId, 'x'.repeat(700), now, now, chatId], on }], ...answer }
}

function openable(uuid: string): LimitQuery {
  return { sql: OPENABLE, parameters: [uuid], on: 'read' }
}

export type Answer = Pick<LimitAnswer, 'status' | 'headers' | 'body'>

// Node adds these by itself, as it does in the service.
const ADDED_BY_NODE = new Set(['date', 'connection', 'keep-alive'])

/** The service's own answer, for the limit to send the same. */
export async function answerOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, { headers })
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !ADDED_BY_NODE.has(name))),
    body: new Uint8Array(await response.arrayBuffer()),
  }
}
