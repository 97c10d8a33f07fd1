import { type Kysely, sql } from 'kysely'
import type { Share, ShareSettings } from '../../sharing/share.ts'
import { hotQuery } from '../hot-query.ts'
import { repeatedStatement } from '../repeated-statement.ts'
import type { Queries, Store } from '../store.ts'
import type { Flag, Tables } from '../tables.ts'

/** In the database, a chat's main link has an empty label. */
export const MAIN_LABEL = ''

const flag = (value: boolean): Flag => (value ? 1 : 0)

/** What decides about the chat's share status, a row for each of its links; one point query. */
const selectShareStatus = hotQuery({ userId: 'integer', chatId: 'integer' }, (db, args) =>
  db
    .selectFrom('chats')
    .leftJoin('shares', 'shares.chat_id', 'chats.id')
    .select([
      'shares.id',
      'shares.uuid',
      'shares.label',
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
  'id' | 'uuid' | 'isShared' | 'expiresAt' | 'maxViews' | 'viewCount' | 'lateViewCount'
> & { readonly isMain: boolean }

/** @returns undefined when the chat isn't there or isn't the user's */
export async function findShareStatuses(
  store: Store,
  userId: number,
  chatId: number,
): Promise<ShareStatus[] | undefined> {
  const rows = await store.hot.ask(selectShareStatus, { userId, chatId })
  if (rows.length === 0) return undefined
  return rows.flatMap((row) =>
    row.id === null || row.uuid === null
      ? []
      : [
          {
            id: row.id,
            uuid: row.uuid,
            isMain: row.label === MAIN_LABEL,
            isShared: row.is_shared === 1,
            expiresAt: row.expires_at,
            maxViews: row.max_views,
            viewCount: row.view_count ?? 0,
            lateViewCount: row.late_view_count ?? 0,
          },
        ],
  )
}

export async function insertShare(
  db: Queries,
  share: { chatId: number; label?: string | null; uuid: string; settings: ShareSettings; now: number },
): Promise<number> {
  const { id } = await db
    .insertInto('shares')
    .values({
      chat_id: share.chatId,
      label: share.label ?? MAIN_LABEL,
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

/** Calls the share another name among those of its chat. @param label null makes it the main one */
export async function labelShare(db: Queries, id: number, label: string | null): Promise<void> {
  await db
    .updateTable('shares')
    .set({ label: label ?? MAIN_LABEL })
    .where('id', '=', id)
    .execute()
}

/** Pauses links of a user's chats, or opens them again. */
export async function pauseShares(
  db: Queries,
  ids: readonly number[],
  isShared: boolean,
  now: number,
): Promise<void> {
  await db
    .updateTable('shares')
    .set({ is_shared: flag(isShared), updated_at: now })
    .where('id', 'in', ids)
    .execute()
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

/** Deletes shares; their snapshots, which may be large, are dropped before. */
export async function deleteShares(db: Queries, ids: readonly number[]): Promise<void> {
  await db.deleteFrom('shares').where('id', 'in', ids).execute()
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
    .set({ view_count: sql`view_count + 1`, last_viewed_at: now })
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
export async function addViews(db: Kysely<Tables>, id: number, views: number, now: number): Promise<void> {
  await updateViews(db, { id, views, now })
}

const updateViews = repeatedStatement({ id: 'integer', views: 'integer', now: 'integer' }, (db, args) =>
  db
    .updateTable('shares')
    .set({
      view_count: sql`view_count + ${args.views}`,
      late_view_count: sql`case when max_views is null then 0 else late_view_count + ${args.views} end`,
      last_viewed_at: args.now,
    })
    .where('id', '=', args.id),
)

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
