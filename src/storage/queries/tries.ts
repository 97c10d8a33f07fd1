import { type Expression, type RawBuilder, sql } from 'kysely'
import { hotQuery } from '../hot-query.ts'
import type { Store } from '../store.ts'

/** What is counted, and how often within which time. */
export interface TryLimit {
  readonly limit: number
  readonly windowMs: number
}

/** What a visitor's tries of a share's password are counted under. */
export function visitorTries(shareId: number, address: string): string {
  return `share ${shareId} from ${address}`
}

/** The same in SQL, of a share that the query finds. */
export function visitorTriesOf(shareId: Expression<number>, address: Expression<string>): RawBuilder<string> {
  return sql<string>`'share ' || cast(${shareId} as text) || ' from ' || cast(${address} as text)`
}

/** Tries that were used, and when their window ends (epoch milliseconds). */
export interface UsedTries {
  readonly count: number
  readonly expiresAt: number
}

/** By how much the clocks of those who write to the store may differ. */
const CLOCKS_DIFFER_MS = 60_000

/**
 * Tries that still count. A window that ends further off than it is long was begun by a clock that was wrong, and has
 * ended.
 */
export function usedTries(
  count: number | null | undefined,
  expiresAt: number | null | undefined,
  now: number,
  windowMs: number,
): UsedTries {
  const isOpen = expiresAt && expiresAt > now && expiresAt <= now + windowMs + CLOCKS_DIFFER_MS
  return count && isOpen ? { count, expiresAt } : { count: 0, expiresAt: now }
}

const selectCounter = hotQuery({ subject: 'text' }, (db, args) =>
  db.selectFrom('try_counters').select(['count', 'expires_at']).where('subject', '=', args.subject),
)

/** How many tries a subject has used. */
export async function findTries(
  store: Store,
  subject: string,
  { windowMs }: Pick<TryLimit, 'windowMs'>,
  now: number,
): Promise<UsedTries> {
  const [row] = await store.hot.ask(selectCounter, { subject })
  return usedTries(row?.count, row?.expires_at, now, windowMs)
}

/**
 * Takes one try before the password is looked at, so that tries at the same time can't slip past the limit. The
 * window begins with its first try.
 *
 * @returns false when none is left
 */
export async function takeTry(
  store: Store,
  subject: string,
  { limit, windowMs }: TryLimit,
  now: number,
): Promise<boolean> {
  const hasEnded = sql<boolean>`(try_counters.expires_at <= ${now} or try_counters.expires_at > ${now + windowMs + CLOCKS_DIFFER_MS})`
  const row = await store.counters
    .insertInto('try_counters')
    .values({ subject, count: 1, expires_at: now + windowMs })
    .onConflict((conflict) =>
      conflict
        .column('subject')
        .doUpdateSet({
          count: sql`case when ${hasEnded} then 1 else try_counters.count + 1 end`,
          expires_at: sql`case when ${hasEnded} then excluded.expires_at else try_counters.expires_at end`,
        })
        .where((eb) => eb.or([hasEnded, eb('try_counters.count', '<', sql<number>`${limit}`)])),
    )
    .returning('count')
    .executeTakeFirst()
  return row !== undefined
}

/** A limit with what it counts. */
export type CountedTries = TryLimit & { readonly subject: string }

/**
 * A visitor's limit, and those of the wider networks that the visitor is in.
 *
 * @param multiples how many times as many each wider network has, from narrow to wide
 */
export function triesFrom(
  { address, networks }: { readonly address: string; readonly networks: readonly string[] },
  { limit, windowMs }: TryLimit,
  multiples: readonly number[],
  subjectOf: (network: string) => string,
): readonly CountedTries[] {
  return [
    { subject: subjectOf(address), limit, windowMs },
    ...networks.map((network, index) => ({
      subject: subjectOf(network),
      limit: limit * (multiples[index] ?? 1),
      windowMs,
    })),
  ]
}

/** When the first of these limits that is used up begins anew; undefined when none is. */
export async function findUsedUp(
  store: Store,
  counted: readonly CountedTries[],
  now: number,
): Promise<number | undefined> {
  for (const one of counted) {
    const used = await findTries(store, one.subject, one, now)
    if (used.count >= one.limit) return used.expiresAt
  }
  return undefined
}

/** Takes one try of each limit, or of none. @returns false when one of them is used up */
export async function takeTries(
  store: Store,
  counted: readonly CountedTries[],
  now: number,
): Promise<boolean> {
  for (const [index, one] of counted.entries()) {
    if (await takeTry(store, one.subject, one, now)) continue
    await giveTriesBack(store, counted.slice(0, index))
    return false
  }
  return true
}

/** Gives back what {@link takeTries} took. */
export async function giveTriesBack(store: Store, counted: readonly CountedTries[]): Promise<void> {
  for (const { subject } of counted) await giveTryBack(store, subject)
}

/** Gives a try back: the password was right. */
export async function giveTryBack(store: Store, subject: string): Promise<void> {
  await store.counters
    .updateTable('try_counters')
    .set({ count: sql`count - 1` })
    .where('subject', '=', subject)
    .where('count', '>', 0)
    .execute()
}

/** The level of a lane now: wrong tries, of which `perMinute` drain away each minute. */
export async function findLaneLevel(
  store: Store,
  subject: string,
  perMinute: number,
  now: number,
): Promise<number> {
  const row = await store.read
    .selectFrom('try_lanes')
    .select(['level', 'level_at'])
    .where('subject', '=', subject)
    .executeTakeFirst()
  // Written by a clock that was wrong, it would never drain.
  if (!row || row.level_at > now + CLOCKS_DIFFER_MS) return 0
  return Math.max(0, row.level - (Math.max(0, now - row.level_at) * perMinute) / 60_000)
}

/** Adds a wrong try to a lane, which never fills beyond twice what a minute drains. */
export async function raiseLane(
  store: Store,
  subject: string,
  perMinute: number,
  now: number,
): Promise<void> {
  const drained = sql`try_lanes.level - abs(${now} - try_lanes.level_at) * cast(${perMinute / 60_000} as double precision)`
  const level = sql`case when ${drained} > 0 then ${drained} else 0 end + 1`
  const most = perMinute * 2
  await store.counters
    .insertInto('try_lanes')
    .values({ subject, level: 1, level_at: now, next_slot_at: 0 })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({
        level: sql`case when ${level} > ${most} then ${most} else ${level} end`,
        level_at: now,
      }),
    )
    .execute()
}

/**
 * Takes the lane's next slot, one every `intervalMs` over all processes.
 *
 * @returns how long to wait for it in milliseconds; undefined when it is further off than `longestWaitMs`, and
 *   then it isn't taken
 */
export async function takeSlot(
  store: Store,
  subject: string,
  slots: { intervalMs: number; longestWaitMs: number },
  now: number,
): Promise<number | undefined> {
  // A slot further off than any that is handed out was taken by a clock that was wrong.
  const last = now + slots.longestWaitMs
  const lastOfOurs = last + slots.intervalMs + CLOCKS_DIFFER_MS
  const isNow = sql<boolean>`(try_lanes.next_slot_at <= ${now} or try_lanes.next_slot_at > ${lastOfOurs})`
  const row = await store.counters
    .insertInto('try_lanes')
    .values({ subject, level: 0, level_at: now, next_slot_at: now + slots.intervalMs })
    .onConflict((conflict) =>
      conflict
        .column('subject')
        .doUpdateSet({
          next_slot_at: sql`case when ${isNow} then ${now} else try_lanes.next_slot_at end + ${slots.intervalMs}`,
        })
        .where((eb) => eb.or([isNow, eb('try_lanes.next_slot_at', '<=', last)])),
    )
    .returning('next_slot_at')
    .executeTakeFirst()
  return row && row.next_slot_at - slots.intervalMs - now
}

/** Forgets what no longer limits anyone. */
export async function deleteStaleTries(store: Store, now: number, lanesBefore: number): Promise<void> {
  await store.counters.deleteFrom('try_counters').where('expires_at', '<=', now).execute()
  await store.counters.deleteFrom('try_lanes').where('level_at', '<=', lanesBefore).execute()
}
