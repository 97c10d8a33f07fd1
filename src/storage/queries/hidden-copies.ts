import { randomUUID } from 'node:crypto'
import { type Expression, sql } from 'kysely'
import { newShareSettings } from '../../sharing/change-share.ts'
import type { Queries, Store } from '../store.ts'
import { insertChat, newRevision, type StoredChat, toChat } from './chats.ts'
import { insertShare } from './shares.ts'
import { insertDeletedUser } from './users.ts'

/** Where messages are: of a chat, or what a snapshot froze of one. */
export interface MessagesOf {
  readonly kind: 'chat' | 'snapshot'
  readonly id: number
}

/** A copy that is being made where nobody sees it, of a deleted account. */
export interface HiddenCopy {
  readonly nobody: number
  readonly to: MessagesOf
}

/** What a process that ends leaves behind is removed after so long. */
const LONGEST_COPYING_MS = 60 * 60 * 1000
const MOST_ROWS = 500
const MOST_BYTES = 512 * 1024

/** Begins a copy: it is empty, and hidden until it is taken over. */
export async function beginHiddenCopy(
  trx: Queries,
  kind: MessagesOf['kind'],
  now: number,
): Promise<HiddenCopy> {
  const nobody = await insertDeletedUser(trx, now + LONGEST_COPYING_MS)
  const chat = await insertChat(trx, { userId: nobody, name: '', model: '', createdAt: now })
  if (kind === 'chat') return { nobody, to: { kind, id: chat.id } }
  const settings = { ...newShareSettings, isShared: false }
  const shareId = await insertShare(trx, { chatId: chat.id, uuid: randomUUID(), settings, now })
  const { id } = await trx
    .insertInto('snapshots')
    .values({
      share_id: shareId,
      revision: newRevision(),
      content_bytes: 0,
      name: '',
      model: '',
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { nobody, to: { kind, id } }
}

/**
 * Copies a little of the messages, in a transaction of its own.
 *
 * @param after the position of the last one that was copied
 * @returns the same after this step; undefined when there are no more
 */
export async function copySome(
  { counters }: Pick<Store, 'counters'>,
  from: MessagesOf,
  to: MessagesOf,
  after: number,
): Promise<number | undefined> {
  return counters.transaction().execute(async (trx) => {
    const { source, where } = tableOf(from)
    const next = await trx
      .selectFrom(source)
      .select(['position', sql<number>`octet_length(content)`.as('bytes')])
      .where(where)
      .where('position', '>', after)
      .orderBy('position')
      .limit(sql.lit(MOST_ROWS))
      .execute()
    let bytes = 0
    const tooMany = next.findIndex((row) => (bytes += row.bytes) > MOST_BYTES)
    const last = tooMany === -1 ? next.at(-1) : next[Math.max(0, tooMany - 1)]
    if (!last) return undefined
    const values = ['position', 'role', 'content', 'created_at', 'updated_at'] as const
    const rows = trx
      .selectFrom(source)
      .where(where)
      .where('position', '>', after)
      .where('position', '<=', last.position)
    if (to.kind === 'chat') {
      await trx
        .insertInto('messages')
        .columns(['chat_id', ...values])
        .expression(rows.select((eb) => [eb.val(to.id).as('chat_id'), ...values]))
        .execute()
    } else {
      await trx
        .insertInto('snapshot_messages')
        .columns(['snapshot_id', 'message_id', ...values])
        .expression(
          rows.select((eb) => [eb.val(to.id).as('snapshot_id'), sql<number>`id`.as('message_id'), ...values]),
        )
        .execute()
    }
    return last.position
  })
}

function tableOf({ kind, id }: MessagesOf): {
  readonly source: 'messages' | 'snapshot_messages'
  readonly where: Expression<boolean>
} {
  return kind === 'chat'
    ? { source: 'messages', where: sql<boolean>`chat_id = ${id}` }
    : { source: 'snapshot_messages', where: sql<boolean>`snapshot_id = ${id}` }
}

/** Gives a chat that was copied to its owner. */
export async function adoptChat(
  trx: Queries,
  id: number,
  to: {
    readonly userId: number
    readonly name: string
    readonly model: string
    readonly bytes: number
    readonly now: number
  },
): Promise<StoredChat> {
  const { messages, last } = await trx
    .selectFrom('messages')
    .select((eb) => [eb.fn.countAll<number>().as('messages'), eb.fn.max('position').as('last')])
    .where('chat_id', '=', id)
    .executeTakeFirstOrThrow()
  const row = await trx
    .updateTable('chats')
    .set({
      user_id: to.userId,
      name: to.name,
      model: to.model,
      revision: newRevision(),
      message_count: messages,
      content_bytes: to.bytes,
      last_position: last ?? 0,
      created_at: to.now,
      updated_at: to.now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toChat(row)
}

/** Lets go of what a copy was made in; what is left in it is removed. */
export async function endHiddenCopy(trx: Queries, { nobody }: HiddenCopy, now: number): Promise<void> {
  await trx.updateTable('deleted_users').set({ deleted_at: now }).where('user_id', '=', nobody).execute()
}
