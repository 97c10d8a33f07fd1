import { sql } from 'kysely'
import type { Queries, Store } from '../../store.ts'

/** A mail that this process is sending; `dueAt` is the end of its lease. */
export interface ClaimedMail {
  readonly id: number
  readonly recipient: string
  /** JSON */
  readonly content: string
  /** with this one */
  readonly attempts: number
  readonly dueAt: number
  readonly givesUpAt: number
}

export async function insertMail(
  trx: Queries,
  mail: { recipient: string; content: string; now: number; givesUpAt: number },
): Promise<void> {
  await trx
    .insertInto('mails')
    .values({
      recipient: mail.recipient,
      content: mail.content,
      attempts: 0,
      due_at: mail.now,
      gives_up_at: mail.givesUpAt,
      created_at: mail.now,
    })
    .execute()
}

/** Takes the mail that has been due longest, so that no other process sends it before the lease ends. */
export async function claimMail(
  { counters, dialect }: Store,
  now: number,
  leaseMs: number,
): Promise<ClaimedMail | undefined> {
  const row = await counters
    .updateTable('mails')
    .set({ due_at: now + leaseMs, attempts: sql`attempts + 1` })
    .where('id', '=', (eb) =>
      dialect.lockFreeRows(
        eb.selectFrom('mails').select('id').where('due_at', '<=', now).orderBy('due_at').limit(1),
      ),
    )
    .where('due_at', '<=', now)
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  const { id, recipient, content, attempts, due_at: dueAt, gives_up_at: givesUpAt } = row
  return { id, recipient, content, attempts, dueAt, givesUpAt }
}

/** It was sent, or given up. One whose lease has ended is another process's by now. */
export async function deleteMail({ write }: Store, { id, dueAt }: ClaimedMail): Promise<void> {
  await write.deleteFrom('mails').where('id', '=', id).where('due_at', '=', dueAt).execute()
}

export async function postponeMail({ counters }: Store, mail: ClaimedMail, until: number): Promise<void> {
  await counters
    .updateTable('mails')
    .set({ due_at: until })
    .where('id', '=', mail.id)
    .where('due_at', '=', mail.dueAt)
    .execute()
}

/** When the next mail is due; undefined when none waits. */
export async function findNextDue({ read }: Store): Promise<number | undefined> {
  const row = await read.selectFrom('mails').select('due_at').orderBy('due_at').limit(1).executeTakeFirst()
  return row?.due_at
}

/** How many mails wait, and since when the one that has waited longest; epoch milliseconds. */
export async function findWaitingMail({
  read,
}: Pick<Store, 'read'>): Promise<{ readonly count: number; readonly since: number | undefined }> {
  const row = await read
    .selectFrom('mails')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('since')])
    .executeTakeFirstOrThrow()
  return { count: row.count, since: row.since ?? undefined }
}
