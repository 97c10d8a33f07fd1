import type { Store } from '../store.ts'

/** What a reader's bytes are made from: a revision of a live chat, or a snapshot, which never changes. */
export type BodySource =
  | { readonly kind: 'chat'; readonly id: number; readonly revision: number }
  | { readonly kind: 'snapshot'; readonly id: number }

/** The finished bytes of a source in a format, if they were kept. */
export async function findBody(
  { read }: Store,
  source: BodySource,
  format: string,
): Promise<Uint8Array | undefined> {
  const row =
    source.kind === 'chat'
      ? await read
          .selectFrom('chat_bodies')
          .select('bytes')
          .where('chat_id', '=', source.id)
          .where('format', '=', format)
          .where('revision', '=', source.revision)
          .executeTakeFirst()
      : await read
          .selectFrom('snapshot_bodies')
          .select('bytes')
          .where('snapshot_id', '=', source.id)
          .where('format', '=', format)
          .executeTakeFirst()
  return row?.bytes
}

/**
 * Keeps finished bytes, in place of an older revision's; they can be made again, so a crash may lose them. A
 * source that is gone by now keeps nothing.
 */
export async function keepBody(
  { counters, dialect }: Store,
  source: BodySource,
  format: string,
  bytes: Uint8Array,
): Promise<void> {
  if (source.kind === 'chat') {
    await counters
      .insertInto('chat_bodies')
      .columns(['chat_id', 'format', 'revision', 'bytes'])
      .expression((eb) =>
        // Locked, so that a change of the chat comes before or after: it deletes the bytes of what was before.
        dialect.lockRows(
          eb
            .selectFrom('chats')
            .select((select) => [
              'chats.id',
              select.val(format).as('format'),
              'chats.revision',
              select.val(bytes).as('bytes'),
            ])
            .where('chats.id', '=', source.id)
            .where('chats.revision', '=', source.revision),
        ),
      )
      .onConflict((conflict) =>
        conflict.columns(['chat_id', 'format']).doUpdateSet((eb) => ({
          revision: eb.ref('excluded.revision'),
          bytes: eb.ref('excluded.bytes'),
        })),
      )
      .execute()
  } else {
    await counters
      .insertInto('snapshot_bodies')
      .columns(['snapshot_id', 'format', 'bytes'])
      .expression((eb) =>
        eb
          .selectFrom('snapshots')
          .select((select) => [
            'snapshots.id',
            select.val(format).as('format'),
            select.val(bytes).as('bytes'),
          ])
          .where('snapshots.id', '=', source.id),
      )
      .onConflict((conflict) => conflict.columns(['snapshot_id', 'format']).doNothing())
      .execute()
  }
}
