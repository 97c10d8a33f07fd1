import { type RawBuilder, type SqlBool, sql, type Selectable } from 'kysely'
import type { OwnShare, ShareState } from '../../../sharing/share.ts'
import { NOTHING, type SearchHit } from '../../dialects/dialect-search.ts'
import type { Queries } from '../../store.ts'
import type { Flag, Tables } from '../../tables.ts'
import { MAIN_LABEL } from '../shares.ts'
import { comesAfter, cutPage, type OrderTerm, orderColumns, type Page, type PageEnd } from './pages.ts'

// Links as their owner looks through them.

function ownedShares(db: Queries) {
  return db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
    .selectAll('shares')
    .select((eb) => [
      'chats.user_id',
      'chats.name as chat_name',
      'snapshots.id as snapshot_id',
      'snapshots.revision as snapshot_revision',
      'snapshots.created_at as snapshot_at',
      'snapshots.is_selection',
      eb
        .selectFrom('whitelist_entries')
        .select((count) => count.fn.countAll<number>().as('entries'))
        .whereRef('whitelist_entries.share_id', '=', 'shares.id')
        .as('whitelist_size'),
      eb
        .selectFrom('share_readers')
        .select((count) => count.fn.countAll<number>().as('readers'))
        .whereRef('share_readers.share_id', '=', 'shares.id')
        .as('reader_count'),
      eb
        .selectFrom('first_read_mails')
        .select('first_read_mails.share_id')
        .whereRef('first_read_mails.share_id', '=', 'shares.id')
        .as('told_of'),
    ])
}

type ShareRow = Selectable<Tables['shares']> & {
  user_id: number
  chat_name: string
  snapshot_id: number | null
  snapshot_revision: string | null
  snapshot_at: number | null
  is_selection: Flag | null
  whitelist_size: number | null
  reader_count: number | null
  told_of: number | null
}

function toShare(row: ShareRow): OwnShare {
  const whitelistSize = row.whitelist_size ?? 0
  return {
    id: row.id,
    uuid: row.uuid,
    chatId: row.chat_id,
    chatName: row.chat_name,
    ownerId: row.user_id,
    label: row.label === MAIN_LABEL ? null : row.label,
    isShared: row.is_shared === 1,
    isProtected: row.is_protected === 1,
    passwordHash: row.password_hash,
    unlockVersion: row.unlock_version,
    hasWhitelist: whitelistSize > 0,
    whitelistSize,
    expiresAt: row.expires_at,
    maxViews: row.max_views,
    viewCount: row.view_count,
    lateViewCount: row.late_view_count,
    lastViewedAt: row.last_viewed_at,
    readerCount: row.reader_count ?? 0,
    snapshotId: row.snapshot_id,
    snapshotRevision: row.snapshot_revision,
    sharedBy: row.shared_by,
    snapshotAt: row.snapshot_at,
    isSelection: row.is_selection === 1,
    mailsFirstRead: row.told_of !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** One of a chat's links. */
export async function findShare(db: Queries, chatId: number, id: number): Promise<OwnShare | undefined> {
  const row = await ownedShares(db)
    .where('shares.chat_id', '=', chatId)
    .where('shares.id', '=', id)
    .executeTakeFirst()
  return row && toShare(row)
}

/** A chat's link of a label, or its main one. */
export async function findLabelled(
  db: Queries,
  chatId: number,
  label: string | null,
): Promise<OwnShare | undefined> {
  const row = await ownedShares(db)
    .where('shares.chat_id', '=', chatId)
    .where('shares.label', '=', label ?? MAIN_LABEL)
    .executeTakeFirst()
  return row && toShare(row)
}

export async function countSharesOfChat(db: Queries, chatId: number): Promise<number> {
  const { shares } = await db
    .selectFrom('shares')
    .select((eb) => eb.fn.countAll<number>().as('shares'))
    .where('chat_id', '=', chatId)
    .executeTakeFirstOrThrow()
  return shares
}

/** All shares of a user's chats, the newest change first. */
export async function listSharesOf(db: Queries, userId: number): Promise<OwnShare[]> {
  const rows = await ownedShares(db)
    .where('chats.user_id', '=', userId)
    .orderBy('shares.updated_at', 'desc')
    .orderBy('shares.id', 'desc')
    .execute()
  return rows.map(toShare)
}

/** Several of a user's links. */
export async function findSharesOf(db: Queries, userId: number, ids: readonly number[]): Promise<OwnShare[]> {
  const rows = await ownedShares(db)
    .where('chats.user_id', '=', userId)
    .where('shares.id', 'in', ids)
    .orderBy('shares.id')
    .execute()
  return rows.map(toShare)
}

/** Which of a user's links are wanted. */
export interface ShareFilter {
  /** in whose chats something was found; undefined searches nothing */
  readonly hits: RawBuilder<SearchHit> | undefined
  /** what is searched for, as it was written: also found in labels and as a link's UUID */
  readonly text: string
  readonly state: ShareState | undefined
  /** undefined: of all chats */
  readonly chatIds: readonly number[] | undefined
  /** epoch milliseconds */
  readonly now: number
}

export type ShareOrderColumn = 'updated_at' | 'created_at' | 'name' | 'view_count' | 'last_viewed_at'
export interface ShareOrder {
  readonly column: ShareOrderColumn
  readonly direction: 'asc' | 'desc'
}

/** A link in a list. */
export interface ListedShare extends OwnShare {
  /** of the message that a search found; null where it found something else, undefined where nothing was searched */
  readonly foundAt: number | null | undefined
}

const COLUMN_ORDER: Record<ShareOrderColumn, RawBuilder<string | number>> = {
  updated_at: sql.ref('shares.updated_at'),
  created_at: sql.ref('shares.created_at'),
  name: sql`lower(chats.name)`,
  view_count: sql.ref('shares.view_count'),
  last_viewed_at: sql`coalesce(shares.last_viewed_at, 0)`,
}

function isInState(state: ShareState, now: number): RawBuilder<SqlBool> {
  const paused = sql`shares.is_shared = 0`
  const expired = sql`(shares.expires_at is not null and shares.expires_at <= ${now})`
  const usedUp = sql`(shares.max_views is not null and shares.view_count - shares.late_view_count >= shares.max_views)`
  switch (state) {
    case 'paused':
      return sql`${paused}`
    case 'expired':
      return sql`not ${paused} and ${expired}`
    case 'used-up':
      return sql`not ${paused} and not ${expired} and ${usedUp}`
    case 'active':
      return sql`not ${paused} and not ${expired} and not ${usedUp}`
  }
}

function filteredShares(db: Queries, userId: number, { hits, text, state, chatIds, now }: ShareFilter) {
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`
  return db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .where('chats.user_id', '=', userId)
    .$if(hits !== undefined, (query) =>
      // A set, and no join: SQLite would go through all hits for each of the links.
      query.where(
        sql<SqlBool>`(shares.chat_id in (select chat_id from ${hits ?? NOTHING} as hits)
          or lower(shares.label) like ${part} escape ${sql.lit('\\')}
          or shares.uuid = ${text.trim().toLowerCase()})`,
      ),
    )
    .$if(state !== undefined, (query) => query.where(isInState(state ?? 'active', now)))
    .$if(chatIds !== undefined, (query) => query.where('shares.chat_id', 'in', chatIds ?? []))
}

/** A page of a user's links. */
export async function listSharesPage(
  db: Queries,
  userId: number,
  filter: ShareFilter,
  { column, direction }: ShareOrder,
  { limit, after }: Page,
): Promise<{ shares: ListedShare[]; last: PageEnd }> {
  const order: OrderTerm[] = [
    { by: COLUMN_ORDER[column], direction },
    { by: sql.ref('shares.id'), direction: 'desc' },
  ]
  let query = filteredShares(db, userId, filter)
    .select(['shares.id', 'shares.chat_id'])
    .select(orderColumns(order))
    .$if(after !== undefined, (rest) => rest.where(comesAfter(order, after ?? [])))
  for (const term of order) query = query.orderBy(term.by, term.direction)
  const { rows, last } = cutPage(await query.limit(limit + 1).execute(), limit, order.length)
  if (rows.length === 0) return { shares: [], last }
  // What else is told of a link is looked up for those of the page alone.
  const ids = rows.map(({ id }) => id)
  const shares = new Map((await findSharesOf(db, userId, ids)).map((share) => [share.id, share]))
  const found = filter.hits && (await findPositions(db, filter.hits, rows))
  return {
    shares: rows.flatMap(({ id, chat_id: chatId }) => {
      const share = shares.get(id)
      return share ? [{ ...share, foundAt: found && (found.get(chatId) ?? null) }] : []
    }),
    last,
  }
}

/** Where a search found something in the chats of a page. */
async function findPositions(
  db: Queries,
  hits: RawBuilder<SearchHit>,
  rows: readonly { readonly chat_id: number }[],
): Promise<Map<number, number | null>> {
  const found = await db
    .selectFrom(hits.as('hits'))
    .select(['hits.chat_id', 'hits.position'])
    .where(
      'hits.chat_id',
      'in',
      rows.map(({ chat_id: chatId }) => chatId),
    )
    .execute()
  return new Map(found.map(({ chat_id: chatId, position }) => [chatId, position]))
}

export async function countShares(db: Queries, userId: number, filter: ShareFilter): Promise<number> {
  const { shares } = await filteredShares(db, userId, filter)
    .clearSelect()
    .select((eb) => eb.fn.count<number>('shares.id').as('shares'))
    .executeTakeFirstOrThrow()
  return shares
}
