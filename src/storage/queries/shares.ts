import { type Kysely, sql, type Selectable } from 'kysely'
import type { OwnShare, Share, ShareSettings } from '../../sharing/share.ts'
import { hotQuery } from '../hot-query.ts'
import type { Queries, Store } from '../store.ts'
import type { Flag, Tables } from '../tables.ts'

const flag = (value: boolean): Flag => (value ? 1 : 0)

function ownedShares(db: Queries) {
  return db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
    .selectAll('shares')
    .select((eb) => [
      'chats.user_id',
      'snapshots.id as snapshot_id',
      'snapshots.revision as snapshot_revision',
      'snapshots.created_at as snapshot_at',
      eb
        .selectFrom('whitelist_entries')
        .select((count) => count.fn.countAll<number>().as('entries'))
        .whereRef('whitelist_entries.share_id', '=', 'shares.id')
        .as('whitelist_size'),
    ])
}

type ShareRow = Selectable<Tables['shares']> & {
  user_id: number
  snapshot_id: number | null
  snapshot_revision: string | null
  snapshot_at: number | null
  whitelist_size: number | null
}

function toShare(row: ShareRow): OwnShare {
  const whitelistSize = row.whitelist_size ?? 0
  return {
    id: row.id,
    uuid: row.uuid,
    chatId: row.chat_id,
    ownerId: row.user_id,
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
    snapshotId: row.snapshot_id,
    snapshotRevision: row.snapshot_revision,
    sharedBy: row.shared_by,
    snapshotAt: row.snapshot_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function findShareOfChat(db: Queries, chatId: number): Promise<OwnShare | undefined> {
  const row = await ownedShares(db).where('shares.chat_id', '=', chatId).executeTakeFirst()
  return row && toShare(row)
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

/** What decides about the chat's share status; one point query. */
const selectShareStatus = hotQuery({ userId: 'integer', chatId: 'integer' }, (db, args) =>
  db
    .selectFrom('chats')
    .leftJoin('shares', 'shares.chat_id', 'chats.id')
    .select([
      'shares.uuid',
      'shares.is_shared',
      'shares.expires_at',
      'shares.max_views',
      'shares.view_count',
      'shares.late_view_count',
    ])
    .where('chats.id', '=', args.chatId)
    .where('chats.user_id', '=', args.userId),
)

/** What decides whether a share is active, and its name. */
export type ShareStatus = Pick<
  Share,
  'uuid' | 'isShared' | 'expiresAt' | 'maxViews' | 'viewCount' | 'lateViewCount'
>

/** @returns undefined when the chat isn't there or isn't the user's; a null share when it has none */
export async function findShareStatus(
  store: Store,
  userId: number,
  chatId: number,
): Promise<{ readonly share: ShareStatus | null } | undefined> {
  const [row] = await store.hot.ask(selectShareStatus, { userId, chatId })
  if (!row) return undefined
  if (row.uuid === null) return { share: null }
  return {
    share: {
      uuid: row.uuid,
      isShared: row.is_shared === 1,
      expiresAt: row.expires_at,
      maxViews: row.max_views,
      viewCount: row.view_count ?? 0,
      lateViewCount: row.late_view_count ?? 0,
    },
  }
}

export async function insertShare(
  db: Queries,
  share: { chatId: number; uuid: string; settings: ShareSettings; now: number },
): Promise<number> {
  const { id } = await db
    .insertInto('shares')
    .values({
      chat_id: share.chatId,
      uuid: share.uuid,
      view_count: 0,
      late_view_count: 0,
      created_at: share.now,
      updated_at: share.now,
      ...settingsRow(share.settings),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function updateShare(
  db: Queries,
  id: number,
  settings: ShareSettings,
  now: number,
): Promise<void> {
  await db
    .updateTable('shares')
    .set({
      ...settingsRow(settings),
      // Without a limit nothing is late: a later limit counts all that is written by then.
      ...(settings.maxViews === null ? { late_view_count: 0 } : {}),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

function settingsRow(settings: ShareSettings) {
  return {
    is_shared: flag(settings.isShared),
    is_protected: flag(settings.isProtected),
    password_hash: settings.passwordHash,
    unlock_version: settings.unlockVersion,
    expires_at: settings.expiresAt,
    max_views: settings.maxViews,
    shared_by: settings.sharedBy,
  }
}

/** Gives the share another UUID; whoever had unlocked it has to do so again. */
export async function replaceUuid(db: Queries, id: number, uuid: string, now: number): Promise<void> {
  await db
    .updateTable('shares')
    .set({ uuid, unlock_version: sql`unlock_version + 1`, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Marks that something about the share changed which isn't in its row. */
export async function touchShare(db: Queries, id: number, now: number): Promise<void> {
  await db.updateTable('shares').set({ updated_at: now }).where('id', '=', id).execute()
}

/** Deletes a share; its snapshot, which may be large, is dropped before. */
export async function deleteShare(db: Queries, id: number): Promise<void> {
  await db.deleteFrom('shares').where('id', '=', id).execute()
}

/**
 * Claims one of a limited share's views: one conditional UPDATE, so that any number of processes together never hand
 * out one too many. With `store.write` it is durable when it returns; in a transaction, the view wasn't used if that
 * fails.
 *
 * @returns false when none is left or the share was closed meanwhile
 */
export async function claimView(
  db: Queries,
  share: Pick<Share, 'id' | 'uuid'>,
  now: number,
): Promise<boolean> {
  const claimed = await db
    .updateTable('shares')
    .set({ view_count: sql`view_count + 1` })
    .where('id', '=', share.id)
    .where('uuid', '=', share.uuid)
    .where('is_shared', '=', 1)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .where((eb) =>
      eb.or([eb('max_views', 'is', null), sql<boolean>`view_count - late_view_count < max_views`]),
    )
    .returning('id')
    .execute()
  return claimed.length > 0
}

/** Adds views to the statistics; once there is a limit, they came too late to count against it. */
export async function addViews(db: Kysely<Tables>, id: number, views: number): Promise<void> {
  await db
    .updateTable('shares')
    .set({
      view_count: sql`view_count + ${views}`,
      late_view_count: sql`case when max_views is null then 0 else late_view_count + ${views} end`,
    })
    .where('id', '=', id)
    .execute()
}

/** The links of a user's chats. */
export async function listUuidsOf(
  db: Queries,
  userId: number,
  chatIds: readonly number[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .select('shares.uuid')
    .where('chats.user_id', '=', userId)
    .where('chats.id', 'in', chatIds)
    .execute()
  return rows.map(({ uuid }) => uuid)
}
