import { type InferResult, type Kysely, sql } from 'kysely'
import type { ShareSettings } from '../../sharing/change-share.ts'
import { type Soon, whenThere } from '../../soon.ts'
import { gathered } from '../gathered.ts'
import type { StoredSession } from './sessions.ts'
import type { Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { type UsedTries, usedTries, visitorTriesOf } from './tries.ts'

/** A share as a reader meets it: who may view, and which bytes. */
export interface OpenableShare extends ShareSettings {
  readonly id: number
  readonly uuid: string
  readonly ownerId: number
  readonly countedViews: number
  readonly chatId: number
  readonly revision: number
  readonly snapshotId: number | null
}

/** Everything about a share that a read of it depends on, by one index. */
function openableShare(db: Kysely<Tables>, uuid: string) {
  return db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
    .select((eb) => [
      'shares.id',
      'shares.chat_id',
      'shares.is_shared',
      'shares.is_protected',
      'shares.password_hash',
      'shares.unlock_version',
      'shares.expires_at',
      'shares.max_views',
      'shares.view_count',
      'shares.late_view_count',
      'chats.user_id',
      'chats.revision',
      'snapshots.id as snapshot_id',
      eb
        .selectFrom('whitelist_entries')
        .select('whitelist_entries.id')
        .whereRef('whitelist_entries.share_id', '=', 'shares.id')
        .limit(sql.lit(1))
        .as('any_entry'),
    ])
    .where('shares.uuid', '=', uuid)
}

const selectOpenable = gathered({ uuid: 'text' }, (db, args: { uuid: string }) =>
  openableShare(db, args.uuid),
)

type OpenableRow = InferResult<ReturnType<typeof openableShare>>[number]

function toOpenable(row: OpenableRow, uuid: string): OpenableShare {
  return {
    id: row.id,
    uuid,
    ownerId: row.user_id,
    isShared: row.is_shared === 1,
    isProtected: row.is_protected === 1,
    passwordHash: row.password_hash,
    unlockVersion: row.unlock_version,
    expiresAt: row.expires_at,
    maxViews: row.max_views,
    countedViews: row.view_count - row.late_view_count,
    whitelistSize: row.any_entry === null ? 0 : 1,
    chatId: row.chat_id,
    revision: row.revision,
    snapshotId: row.snapshot_id,
  }
}

/**
 * Everything about a share that a read of it depends on, in one indexed point query.
 *
 * @param uuid in lower case
 * @returns with a `whitelistSize` of 0 or 1: whether there are entries
 */
export function findOpenableShare(store: Store, uuid: string): Soon<OpenableShare | undefined> {
  return whenThere(selectOpenable(store.read, { uuid }), ([row]) => row && toOpenable(row, uuid))
}

/** What a reader brings that the database knows of. */
export interface BroughtAlong {
  readonly uuid: string
  /** of the session that is presented */
  readonly tokenHash: string | null
  /** of the visitor, where a password is presented */
  readonly address: string | null
}

function withSession(db: Kysely<Tables>, uuid: string, tokenHash: string | null) {
  return openableShare(db, uuid)
    .leftJoin('sessions', (join) => join.on('sessions.token_hash', '=', tokenHash))
    .leftJoin('users', 'users.id', 'sessions.user_id')
    .leftJoin('whitelist_entries as own_entry', (join) =>
      join.onRef('own_entry.share_id', '=', 'shares.id').onRef('own_entry.email', '=', 'users.email'),
    )
    .leftJoin('session_unlocks', (join) =>
      join
        .onRef('session_unlocks.token_hash', '=', 'sessions.token_hash')
        .onRef('session_unlocks.share_id', '=', 'shares.id'),
    )
    .select([
      'sessions.user_id as session_user_id',
      'sessions.renewed_at as session_renewed_at',
      'sessions.expires_at as session_expires_at',
      'users.email',
      'users.email_verified_at',
      'own_entry.id as own_entry',
      'session_unlocks.unlock_version as session_unlock_version',
      'session_unlocks.expires_at as session_unlock_expires_at',
    ])
}

const selectWithSession = gathered(
  { uuid: 'text', tokenHash: 'text' },
  (db, args: { uuid: string; tokenHash: string | null }) => withSession(db, args.uuid, args.tokenHash),
)

const selectWithTries = gathered(
  { uuid: 'text', address: 'text' },
  (db, args: { uuid: string; address: string | null }) =>
    openableShare(db, args.uuid)
      .leftJoin('try_counters', (join) =>
        join.on((eb) => eb('try_counters.subject', '=', visitorTriesOf(eb.ref('shares.id'), args.address))),
      )
      .select(['try_counters.count as try_count', 'try_counters.expires_at as tries_expire_at']),
)

const selectWithBoth = gathered(
  { uuid: 'text', tokenHash: 'text', address: 'text' },
  (db, args: { uuid: string; tokenHash: string | null; address: string | null }) =>
    withSession(db, args.uuid, args.tokenHash)
      .leftJoin('try_counters', (join) =>
        join.on((eb) => eb('try_counters.subject', '=', visitorTriesOf(eb.ref('shares.id'), args.address))),
      )
      .select(['try_counters.count as try_count', 'try_counters.expires_at as tries_expire_at']),
)

type ReaderRow = OpenableRow &
  Partial<InferResult<ReturnType<typeof withSession>>[number]> & {
    readonly try_count?: number | null
    readonly tries_expire_at?: number | null
  }

/** A share as one reader meets it. */
export interface ShareForReader {
  readonly share: OpenableShare
  /** the session that was presented, expired or not */
  readonly session: StoredSession | undefined
  /** whether the session's account is on the whitelist */
  readonly isListed: boolean
  /** whether the session has proved the present password */
  readonly hasUnlocked: boolean
  /** of the visitor's tries of this share's password; nothing is looked up without an address */
  readonly tries: UsedTries
}

/** A share, and what of the reader counts for it, in one query: each more would cost as much as all the rest. */
export function findShareForReader(
  store: Store,
  brought: BroughtAlong,
  now: number,
): Soon<ShareForReader | undefined> {
  return whenThere(
    readRow(store, brought),
    ([row]) =>
      row && {
        share: toOpenable(row, brought.uuid),
        session: brought.tokenHash === null ? undefined : toSession(row, brought.tokenHash),
        isListed: (row.own_entry ?? null) !== null,
        hasUnlocked:
          row.session_unlock_version === row.unlock_version && (row.session_unlock_expires_at ?? 0) > now,
        tries: usedTries(row.try_count, row.tries_expire_at, now),
      },
  )
}

/** Joins only what there is something for: a table more costs a tenth of the read. */
function readRow({ read }: Store, { uuid, tokenHash, address }: BroughtAlong): Soon<readonly ReaderRow[]> {
  if (tokenHash === null) {
    return address === null ? selectOpenable(read, { uuid }) : selectWithTries(read, { uuid, address })
  }
  return address === null
    ? selectWithSession(read, { uuid, tokenHash })
    : selectWithBoth(read, { uuid, tokenHash, address })
}

function toSession(row: ReaderRow, tokenHash: string): StoredSession | undefined {
  const userId = row.session_user_id ?? null
  if (userId === null) return undefined
  return {
    tokenHash,
    userId,
    email: row.email ?? '',
    isVerified: (row.email_verified_at ?? null) !== null,
    renewedAt: row.session_renewed_at ?? 0,
    expiresAt: row.session_expires_at ?? 0,
  }
}
