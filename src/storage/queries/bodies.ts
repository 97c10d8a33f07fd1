import type { Store } from '../store.ts'

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
