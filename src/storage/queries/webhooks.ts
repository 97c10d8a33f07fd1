import { sql, type Selectable } from 'kysely'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

/** What webhooks may be told of. */
export type WebhookEvent = 'share.created' | 'share.viewed'

/** A webhook as its owner sees it. */
export interface Webhook {
  readonly id: number
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly createdAt: number
  /** messages that wait to be sent, or to be sent again */
  readonly waiting: number
  /** of the last attempt to send one */
  readonly last: { readonly at: number; readonly outcome: string } | undefined
}

/** Of a share that something happened to, whose owner is to be told. */
export interface ToldShare {
  readonly webhookId: number
  readonly shareId: number
  readonly shareUuid: string
  readonly chatId: number
}

/** A message that this process is sending. */
export interface ClaimedMessage {
  readonly id: number
  readonly userId: number
  readonly webhookId: number
  readonly url: string
  readonly secret: string
  /** JSON */
  readonly content: string
  /** with this one */
  readonly attempts: number
  readonly dueAt: number
  readonly givesUpAt: number
}

export async function insertWebhook(
  trx: Queries,
  webhook: { userId: number; url: string; events: readonly WebhookEvent[]; secret: string; now: number },
): Promise<Webhook> {
  const row = await trx
    .insertInto('webhooks')
    .values({
      user_id: webhook.userId,
      url: webhook.url,
      events: webhook.events.join(),
      secret: webhook.secret,
      created_at: webhook.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toWebhook(row, 0)
}

/** An account's webhooks, the newest first. */
export async function listWebhooks(db: Queries, userId: number): Promise<Webhook[]> {
  const rows = await db
    .selectFrom('webhooks')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('webhook_messages')
        .whereRef('webhook_messages.webhook_id', '=', 'webhooks.id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('waiting'),
    )
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => toWebhook(row, row.waiting ?? 0))
}

function toWebhook(row: Selectable<Tables['webhooks']>, waiting: number): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: row.events.split(',') as WebhookEvent[],
    createdAt: row.created_at,
    waiting,
    last: row.tried_at === null ? undefined : { at: row.tried_at, outcome: row.outcome ?? '' },
  }
}

export async function countWebhooks(trx: Queries, userId: number): Promise<number> {
  const { count } = await trx
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return count
}

export async function hasWebhook(trx: Queries, userId: number, id: number): Promise<boolean> {
  const row = await trx
    .selectFrom('webhooks')
    .select('id')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

/** With all that waits for it. @returns whether the account had it */
export async function deleteWebhook(trx: Queries, userId: number, id: number): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('webhooks')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('id')
    .execute()
  return deleted.length > 0
}

export async function deleteWebhooksOf(trx: Queries, userId: number): Promise<void> {
  await trx.deleteFrom('webhooks').where('user_id', '=', userId).execute()
}

/** Which webhooks of these shares' owners are to be told of an event. */
export async function findTold(
  trx: Queries,
  event: WebhookEvent,
  shareIds: readonly number[],
): Promise<ToldShare[]> {
  const rows = await trx
    .selectFrom('webhooks')
    .innerJoin('chats', 'chats.user_id', 'webhooks.user_id')
    .innerJoin('shares', 'shares.chat_id', 'chats.id')
    .select(['webhooks.id', 'webhooks.events', 'shares.id as shareId', 'shares.uuid', 'chats.id as chatId'])
    .where('shares.id', 'in', shareIds)
    .orderBy('webhooks.id')
    .orderBy('shares.id')
    .execute()
  return rows
    .filter(({ events }) => events.split(',').includes(event))
    .map(({ id, shareId, uuid, chatId }) => ({ webhookId: id, shareId, shareUuid: uuid, chatId }))
}

/** How many messages wait for each of these webhooks. */
export async function countMessages(
  trx: Queries,
  webhookIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await trx
    .selectFrom('webhook_messages')
    .select(['webhook_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('webhook_id', 'in', webhookIds)
    .groupBy('webhook_id')
    .execute()
  return new Map(rows.map(({ webhook_id: id, count }) => [id, count]))
}

export async function insertMessages(
  trx: Queries,
  messages: readonly { readonly webhookId: number; readonly content: string }[],
  { now, givesUpAt }: { readonly now: number; readonly givesUpAt: number },
): Promise<void> {
  const times = { attempts: 0, due_at: now, gives_up_at: givesUpAt, created_at: now }
  await trx
    .insertInto('webhook_messages')
    .values(messages.map(({ webhookId, content }) => ({ webhook_id: webhookId, content, ...times })))
    .execute()
}

/**
 * Takes the message that is to go next, so that no other process sends it before the lease ends. What was never tried goes
 * first: a receiver that hangs holds up its own messages.
 *
 * @param busy accounts of which one is under way here
 */
export async function claimMessage(
  store: Store,
  now: number,
  leaseMs: number,
  busy: readonly number[],
): Promise<ClaimedMessage | undefined> {
  const { counters, dialect } = store
  const row = await counters
    .updateTable('webhook_messages')
    .set({ due_at: now + leaseMs, attempts: sql`attempts + 1` })
    .where('id', '=', (eb) =>
      dialect.lockFreeRows(
        eb
          .selectFrom('webhook_messages')
          .select('id')
          .where('due_at', '<=', now)
          .$if(busy.length > 0, (query) => query.where('webhook_id', 'not in', ofAccounts(counters, busy)))
          .orderBy('attempts')
          .orderBy('due_at')
          .limit(1),
      ),
    )
    .where('due_at', '<=', now)
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  const { id, content, attempts, webhook_id: webhookId, due_at: dueAt, gives_up_at: givesUpAt } = row
  const webhook = await counters
    .selectFrom('webhooks')
    .select(['url', 'secret', 'user_id'])
    .where('id', '=', webhookId)
    .executeTakeFirst()
  // It was deleted meanwhile, and the message with it.
  if (!webhook) return claimMessage(store, now, leaseMs, busy)
  const { url, secret, user_id: userId } = webhook
  return { id, userId, webhookId, url, secret, content, attempts, dueAt, givesUpAt }
}

function ofAccounts(db: Queries, userIds: readonly number[]) {
  return db.selectFrom('webhooks').select('webhooks.id').where('user_id', 'in', userIds)
}

/** It was taken, or given up. */
export async function deleteMessage({ write }: Store, { id, dueAt }: ClaimedMessage): Promise<void> {
  await write.deleteFrom('webhook_messages').where('id', '=', id).where('due_at', '=', dueAt).execute()
}

export async function postponeMessage(
  { counters }: Store,
  { id, dueAt }: ClaimedMessage,
  until: number,
): Promise<void> {
  await counters
    .updateTable('webhook_messages')
    .set({ due_at: until })
    .where('id', '=', id)
    .where('due_at', '=', dueAt)
    .execute()
}

/** When the next message is due of accounts of which none is under way; undefined when none waits. */
export async function findNextMessageDue(
  { read }: Store,
  busy: readonly number[],
): Promise<number | undefined> {
  const row = await read
    .selectFrom('webhook_messages')
    .select('due_at')
    .$if(busy.length > 0, (query) => query.where('webhook_id', 'not in', ofAccounts(read, busy)))
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at
}

/** What came of the last attempt. */
export async function noteOutcome(
  { counters }: Store,
  webhookId: number,
  outcome: string,
  now: number,
): Promise<void> {
  await counters.updateTable('webhooks').set({ tried_at: now, outcome }).where('id', '=', webhookId).execute()
}
