import { sql } from 'kysely'
import { repeatedStatement } from '../../repeated-statement.ts'
import type { Queries } from '../../store.ts'

/** Views of a link on a day. */
export interface DayOfViews {
  /** in UTC, such as 2026-01-31 */
  readonly date: string
  readonly views: number
}

/** An email that was proved to read a link. */
export interface ShareReader {
  readonly email: string
  readonly firstAt: number
  readonly lastAt: number
  readonly views: number
}

/** Adds views to a day of a link, if it is still there. */
export async function addDayViews(db: Queries, shareId: number, views: number, now: number): Promise<void> {
  await insertDayViews(db, { shareId, date: new Date(now).toISOString().slice(0, 10), views })
}

const insertDayViews = repeatedStatement({ shareId: 'integer', date: 'text', views: 'integer' }, (db, args) =>
  db
    .insertInto('share_days')
    .columns(['share_id', 'date', 'views'])
    .expression((eb) =>
      eb
        .selectFrom('shares')
        .select([
          'shares.id',
          sql<string>`cast(${args.date} as text)`.as('date'),
          sql<number>`cast(${args.views} as integer)`.as('views'),
        ])
        .where('shares.id', '=', args.shareId),
    )
    .onConflict((conflict) =>
      conflict.columns(['share_id', 'date']).doUpdateSet({ views: sql`share_days.views + excluded.views` }),
    ),
)

/** Adds views to those of an email that was proved for a link, if the link is still there. */
export async function addReaderViews(
  db: Queries,
  shareId: number,
  email: string,
  views: number,
  now: number,
): Promise<void> {
  await db
    .insertInto('share_readers')
    .columns(['share_id', 'email', 'first_at', 'last_at', 'views'])
    .expression((eb) =>
      eb
        .selectFrom('shares')
        .select([
          'shares.id',
          sql<string>`cast(${email} as text)`.as('email'),
          sql<number>`cast(${now} as bigint)`.as('first_at'),
          sql<number>`cast(${now} as bigint)`.as('last_at'),
          sql<number>`cast(${views} as integer)`.as('views'),
        ])
        .where('shares.id', '=', shareId),
    )
    .onConflict((conflict) =>
      conflict.columns(['share_id', 'email']).doUpdateSet({
        last_at: sql`excluded.last_at`,
        views: sql`share_readers.views + excluded.views`,
      }),
    )
    .execute()
}

/** A link's days with views, the earliest first. */
export async function listDays(db: Queries, shareId: number): Promise<DayOfViews[]> {
  return db
    .selectFrom('share_days')
    .select(['date', 'views'])
    .where('share_id', '=', shareId)
    .orderBy('date')
    .execute()
}

/** Who read a link, the latest first. */
export async function listReaders(db: Queries, shareId: number, most: number): Promise<ShareReader[]> {
  return db
    .selectFrom('share_readers')
    .select(['email', 'first_at as firstAt', 'last_at as lastAt', 'views'])
    .where('share_id', '=', shareId)
    .orderBy('last_at', 'desc')
    .orderBy('email')
    .limit(most)
    .execute()
}

/** Forgets days and readers that were seen last before a time. */
export async function deleteReadersBefore(db: Queries, time: number): Promise<void> {
  await db.deleteFrom('share_days').where('date', '<', new Date(time).toISOString().slice(0, 10)).execute()
  await db.deleteFrom('share_readers').where('last_at', '<', time).execute()
}
