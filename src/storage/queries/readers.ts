import { type InferResult, type RawBuilder, sql } from 'kysely'
import { VISITOR_TRIES } from '../../sharing/limits.ts'
import type { Share } from '../../sharing/share.ts'
import { hotQuery } from '../hot-query.ts'
import type { Store } from '../store.ts'
import type { BodySource } from './bodies.ts'
import type { StoredSession } from './sessions.ts'
import { type UsedTries, usedTries, visitorTriesOf } from './tries.ts'

/** What a reader brings along that the database knows of. */
export type BroughtAlong = {
  /** the share's name, in lower case */
  readonly uuid: string
  /** of the session that is presented */
  readonly tokenHash: string | undefined
  /** of the reader cookie that is presented: what this browser has proved without an account */
  readonly readerHash: string | undefined
  /** of the account that a program's token stands for, in place of a session */
  readonly accountEmail?: string | undefined
  /** of the visitor, where a password is presented: whose tries count */
  readonly address: string | undefined
}

/** A share as one reader meets it. */
export interface ReaderShare extends Share {
  /** the entries of its whitelist that list one of the reader's own emails, verified or not */
  readonly whitelist: readonly string[]
  /** the name of what it shows: the chat's, or the snapshot's */
  readonly chatName: string
  /** the name that readers are told it is shared by */
  readonly sharedBy: string | null
}

/** A share, and what of the reader counts for it. */
export interface FoundReader {
  readonly share: ReaderShare
  /** where its bytes come from: the snapshot, or the chat as it is */
  readonly source: BodySource
  /** the session that was presented, expired or not */
  readonly session: StoredSession | undefined
  /** emails that this browser has proved, by its reader cookie */
  readonly provedEmails: readonly string[]
  /** whether that session has proved the present password */
  readonly hasUnlocked: boolean
  /** the visitor's tries of this share's password, where an address was brought along */
  readonly tries: UsedTries | undefined
}

/**
 * One query for all of it: each more would cost as much as all the rest. What the reader doesn't bring isn't joined,
 * as a table more costs a tenth of the read.
 */
const selectReader = hotQuery(
  { uuid: 'text', tokenHash: 'text?', readerHash: 'text?', accountEmail: 'text?', address: 'text?' },
  (db, args, has) =>
    db
      .selectFrom('shares')
      .innerJoin('chats', 'chats.id', 'shares.chat_id')
      .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
      .select((eb) => [
        'shares.id',
        'shares.uuid',
        'shares.chat_id',
        'shares.is_shared',
        'shares.is_protected',
        'shares.password_hash',
        'shares.unlock_version',
        'shares.expires_at',
        'shares.max_views',
        'shares.view_count',
        'shares.late_view_count',
        'shares.shared_by',
        'chats.user_id',
        'chats.revision',
        'chats.content_bytes',
        'chats.name as chat_name',
        'snapshots.id as snapshot_id',
        'snapshots.revision as snapshot_revision',
        'snapshots.content_bytes as snapshot_bytes',
        'snapshots.name as snapshot_name',
        eb
          .selectFrom('whitelist_entries')
          .select('whitelist_entries.id')
          .whereRef('whitelist_entries.share_id', '=', 'shares.id')
          .limit(sql.lit(1))
          .as('any_entry'),
      ])
      .where('shares.uuid', '=', args.uuid)
      // What a deleted account had is gone, though its rows may still be there.
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('deleted_users')
              .select('deleted_users.user_id')
              .whereRef('deleted_users.user_id', '=', 'chats.user_id'),
          ),
        ),
      )
      .$if(has.tokenHash, (query) =>
        query
          .leftJoin('sessions', (join) => join.on('sessions.token_hash', '=', args.tokenHash))
          .leftJoin('users', 'users.id', 'sessions.user_id')
          .leftJoin('session_unlocks', (join) =>
            join
              .onRef('session_unlocks.token_hash', '=', 'sessions.token_hash')
              .onRef('session_unlocks.share_id', '=', 'shares.id'),
          )
          .select((eb) => [
            'sessions.user_id as session_user_id',
            'sessions.renewed_at as session_renewed_at',
            'sessions.expires_at as session_expires_at',
            'users.email as session_email',
            'users.email_verified_at as session_email_verified_at',
            eb
              .selectFrom('whitelist_entries')
              .select(joined('whitelist_entries.email'))
              .whereRef('whitelist_entries.share_id', '=', 'shares.id')
              .where('whitelist_entries.email', 'in', [
                sql.ref<string>('users.email'),
                domainIn(sql.ref('users.email')),
              ])
              .as('session_entries'),
            'session_unlocks.unlock_version as session_unlock_version',
            'session_unlocks.expires_at as session_unlock_expires_at',
          ]),
      )
      .$if(has.readerHash, (query) =>
        query.select((eb) => [
          eb
            .selectFrom('reader_proofs')
            .select(
              sql<
                string | null
              >`string_agg(reader_proofs.email || ' ' || cast(reader_proofs.expires_at as text), ' ')`.as(
                'proofs',
              ),
            )
            .where('reader_proofs.token_hash', '=', args.readerHash)
            .as('reader_proofs'),
          eb
            .selectFrom('reader_proofs')
            .innerJoin('whitelist_entries', (join) =>
              join
                .onRef('whitelist_entries.share_id', '=', 'shares.id')
                .on('whitelist_entries.email', 'in', [
                  sql.ref<string>('reader_proofs.email'),
                  domainIn(sql.ref('reader_proofs.email')),
                ]),
            )
            .select(joined('whitelist_entries.email'))
            .where('reader_proofs.token_hash', '=', args.readerHash)
            .as('reader_entries'),
        ]),
      )
      .$if(has.accountEmail, (query) =>
        query.select((eb) =>
          eb
            .selectFrom('whitelist_entries')
            .select(joined('whitelist_entries.email'))
            .whereRef('whitelist_entries.share_id', '=', 'shares.id')
            .where('whitelist_entries.email', 'in', [args.accountEmail, domainIn(args.accountEmail)])
            .as('account_entries'),
        ),
      )
      .$if(has.address, (query) =>
        query
          .leftJoin('try_counters', (join) =>
            join.on((eb) =>
              eb('try_counters.subject', '=', visitorTriesOf(eb.ref('shares.id'), args.address)),
            ),
          )
          .select(['try_counters.count as try_count', 'try_counters.expires_at as tries_expire_at']),
      ),
)

/** Emails have no spaces, so one stands between them. */
function joined(column: string) {
  return sql<string | null>`string_agg(${sql.ref(column)}, ' ')`.as('emails')
}

/**
 * `@example.com` of an email, in the words of both dialects: what is left of the email after everything but the @ was
 * taken away from its end says where the @ is.
 */
function domainIn(email: RawBuilder<string>): RawBuilder<string> {
  return sql<string>`substr(${email}, length(rtrim(${email}, replace(${email}, '@', ''))))`
}

type ReaderRow = InferResult<ReturnType<typeof selectReader.build>>[number]

/** Finds a share by its name, and what of the reader counts for it. */
export async function findReader(
  store: Store,
  brought: BroughtAlong,
  now: number,
): Promise<FoundReader | undefined> {
  const { uuid, tokenHash, readerHash, accountEmail, address } = brought
  const [row] = await store.hot.ask(selectReader, { uuid, tokenHash, readerHash, accountEmail, address })
  if (!row) return undefined
  // Columns that weren't asked for aren't looked at: each would cost as much as twenty that are there.
  return {
    share: toShare(row, brought),
    source: toSource(row),
    session: tokenHash === undefined ? undefined : toSession(row, tokenHash),
    provedEmails: readerHash === undefined ? [] : liveProofs(row.reader_proofs, now),
    hasUnlocked: tokenHash !== undefined && hasUnlocked(row, now),
    tries:
      address === undefined
        ? undefined
        : usedTries(row.try_count, row.tries_expire_at, now, VISITOR_TRIES.windowMs),
  }
}

function toSource(row: ReaderRow): BodySource {
  const { chat_id: chatId, snapshot_id: id, snapshot_revision: revision, snapshot_bytes: size } = row
  if (id === null || revision === null) {
    return { kind: 'chat', id: chatId, chatId, revision: row.revision, size: row.content_bytes }
  }
  return { kind: 'snapshot', id, chatId, revision, size: size ?? 0 }
}

function toShare(row: ReaderRow, brought: BroughtAlong): ReaderShare {
  return {
    id: row.id,
    uuid: row.uuid,
    chatId: row.chat_id,
    chatName: row.snapshot_name ?? row.chat_name,
    ownerId: row.user_id,
    isShared: row.is_shared === 1,
    isProtected: row.is_protected === 1,
    passwordHash: row.password_hash,
    unlockVersion: row.unlock_version,
    hasWhitelist: row.any_entry !== null,
    whitelist: whitelistOf(row, brought),
    expiresAt: row.expires_at,
    maxViews: row.max_views,
    viewCount: row.view_count,
    lateViewCount: row.late_view_count,
    sharedBy: row.shared_by,
  }
}

function whitelistOf(
  row: ReaderRow,
  { tokenHash, readerHash, accountEmail }: BroughtAlong,
): readonly string[] {
  return [
    ...(tokenHash === undefined ? [] : wordsOf(row.session_entries)),
    ...(readerHash === undefined ? [] : wordsOf(row.reader_entries)),
    ...(accountEmail === undefined ? [] : wordsOf(row.account_entries)),
  ]
}

function hasUnlocked(row: ReaderRow, now: number): boolean {
  return row.session_unlock_version === row.unlock_version && (row.session_unlock_expires_at ?? 0) > now
}

function toSession(row: ReaderRow, tokenHash: string): StoredSession | undefined {
  const userId = row.session_user_id ?? null
  if (userId === null) return undefined
  return {
    tokenHash,
    userId,
    email: row.session_email ?? '',
    isVerified: (row.session_email_verified_at ?? null) !== null,
    renewedAt: row.session_renewed_at ?? 0,
    expiresAt: row.session_expires_at ?? 0,
  }
}

function wordsOf(text: string | null | undefined): string[] {
  return text ? text.split(' ') : []
}

/** @param proofs each an email and when it ends */
function liveProofs(proofs: string | null | undefined, now: number): string[] {
  if (!proofs) return []
  const words = proofs.split(' ')
  return words.filter((_, index) => index % 2 === 0 && Number(words[index + 1]) > now)
}
