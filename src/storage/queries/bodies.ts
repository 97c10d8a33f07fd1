import { sql } from 'kysely'
import type { Queries, Store } from '../store.ts'

/** What a reader's bytes are made from: a chat as it is, or a snapshot, which never changes. */
export interface BodySource {
  readonly kind: 'chat' | 'snapshot'
  readonly id: number
  readonly chatId: number
  /** a random value that names exactly this state, here and in whatever is restored in the store's place */
  readonly revision: string
  /** about how many bytes its texts have */
  readonly size: number
}

/** The finished bytes of a source in a format, as they were kept. */
export async function findBody(
  { read }: Pick<Store, 'read'>,
  { revision }: BodySource,
  format: string,
): Promise<Uint8Array | undefined> {
  const row = await read
    .selectFrom('kept_bodies')
    .select('bytes')
    .where('revision', '=', revision)
    .where('format', '=', format)
    .executeTakeFirst()
  return row?.bytes
}

/**
 * Keeps finished bytes; they can be made again, so a crash may lose them. A chat or snapshot that is another one by
 * now keeps nothing.
 */
export async function keepBody(
  { counters, dialect }: Pick<Store, 'counters' | 'dialect'>,
  { kind, id, chatId, revision }: BodySource,
  format: string,
  kept: { readonly bytes: Uint8Array; readonly at: number },
): Promise<void> {
  const table = kind === 'chat' ? 'chats' : 'snapshots'
  await counters
    .insertInto('kept_bodies')
    .columns(['revision', 'format', 'chat_id', 'snapshot_id', 'bytes', 'size', 'kept_at'])
    .expression((eb) =>
      // Locked, so that a change comes before or after: it deletes the bytes of what was before.
      dialect.lockRows(
        eb
          .selectFrom(table)
          .select((select) => [
            `${table}.revision`,
            select.val(format).as('format'),
            select.val(chatId).as('chat_id'),
            select.val(kind === 'snapshot' ? id : null).as('snapshot_id'),
            select.val(kept.bytes).as('bytes'),
            select.val(kept.bytes.length).as('size'),
            select.val(kept.at).as('kept_at'),
          ])
          .where(`${table}.id`, '=', id)
          .where(`${table}.revision`, '=', revision),
      ),
    )
    .onConflict((conflict) => conflict.columns(['revision', 'format']).doNothing())
    .execute()
}

/** How much of finished bytes is kept. */
export interface KeepLimits {
  /** of all together, compressed; 0 is no limit */
  readonly bytes: number
  readonly ms: number
}

const MOST_EVICTED_AT_ONCE = 500
const MOST_BYTES_AT_ONCE = 1024 * 1024

/** How many of the kept bytes are too many. */
export async function countTooMany(db: Queries, { bytes }: KeepLimits): Promise<number> {
  if (bytes === 0) return 0
  const { sum } = await db
    .selectFrom('kept_bodies')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('size'), eb.val(0)).as('sum'))
    .executeTakeFirstOrThrow()
  return Math.max(0, sum - bytes)
}

/** Whether some were kept before then. */
export async function hasOlder(db: Queries, keptBefore: number): Promise<boolean> {
  const query = db.selectFrom('kept_bodies').select('kept_at').where('kept_at', '<', keptBefore)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}

/**
 * Removes a little of the finished bytes that were kept longest ago, as long as they are too many or too old.
 *
 * @param tooMany how many bytes are to go, whatever their age
 * @returns how many went
 */
export async function evictSome(
  { counters }: Pick<Store, 'counters'>,
  tooMany: number,
  keptBefore: number,
): Promise<number> {
  return counters.transaction().execute(async (trx) => {
    const oldest = await trx
      .selectFrom('kept_bodies')
      .select(['kept_at', 'revision', 'format', 'size'])
      .orderBy('kept_at')
      .limit(sql.lit(MOST_EVICTED_AT_ONCE))
      .execute()
    let bytes = 0
    for (const { kept_at: at, revision, format, size } of oldest) {
      if ((bytes >= tooMany && at >= keptBefore) || bytes >= MOST_BYTES_AT_ONCE) break
      await trx
        .deleteFrom('kept_bodies')
        .where('revision', '=', revision)
        .where('format', '=', format)
        .execute()
      bytes += size
    }
    return bytes
  })
}
