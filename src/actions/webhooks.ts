import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  countWebhooks,
  deleteWebhook,
  hasWebhook,
  insertWebhook,
  listWebhooks as listStoredWebhooks,
  type Webhook,
  type WebhookEvent,
} from '../storage/queries/webhooks.ts'
import { isPublicAddress } from '../webhooks/public-address.ts'
import { lockOwnAccount } from './accounts/require-session.ts'
import type { Context, Session } from './context.ts'
import { type Actor, record } from './events.ts'
import { invalidBody, Refusal } from './refusal.ts'

export type { Webhook }

const MOST_WEBHOOKS = 10
const SECRET_BYTES = 32

/**
 * Has a program of the account's owner told of what happens to its links.
 *
 * @returns the webhook, with the secret that messages are signed with: it isn't told again
 * @throws Refusal when messages may not be sent there, or the account has too many
 */
export async function createWebhook(
  context: Context,
  session: Pick<Session, 'userId' | 'tokenHash'>,
  wanted: { readonly url: string; readonly events: readonly WebhookEvent[] },
  by: Actor,
): Promise<{ webhook: Webhook; secret: string }> {
  const { userId } = session
  const url = readUrl(wanted.url, context.webhooks.isPrivateAllowed)
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const webhook = await context.store.transaction(async (trx) => {
    await lockOwnAccount(context, trx, session)
    if ((await countWebhooks(trx, userId)) >= MOST_WEBHOOKS) {
      const message = `Your account has ${MOST_WEBHOOKS} webhooks, and may have no more. Remove some that you don't use.`
      throw new Refusal({ code: 'too-large', message })
    }
    await record(context, trx, { userId, kind: 'webhook-added', by })
    return insertWebhook(trx, { userId, url, events: wanted.events, secret, now: context.now() })
  })
  return { webhook, secret }
}

/** Where a name leads is looked at whenever something is sent there; what is plainly wrong is said at once. */
function readUrl(text: string, isPrivateAllowed: boolean): string {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && !(isPrivateAllowed && url.protocol === 'http:')))
    throw invalidBody('url', 'Expected an address that begins with https://.')
  if (url.username !== '' || url.password !== '')
    throw invalidBody('url', 'The address may hold no name and password: messages are signed.')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPrivate = host === 'localhost' || (isIP(host) !== 0 && !isPublicAddress(host))
  if (isPrivate && !isPrivateAllowed)
    throw invalidBody('url', 'The address is of a private network, where this server sends nothing.')
  url.hash = ''
  return url.href
}

/** The account's webhooks, the newest first. */
export function listWebhooks({ store }: Context, userId: number): Promise<Webhook[]> {
  return listStoredWebhooks(store.read, userId)
}

/** Ends a webhook, with all that waits for it. @throws Refusal when the account has no such webhook */
export async function removeWebhook(context: Context, userId: number, id: number, by: Actor): Promise<void> {
  await context.store.smallTransaction(async (trx) => {
    if (!(await deleteWebhook(trx, userId, id))) throw new Refusal({ code: 'webhook-not-found' })
    await record(context, trx, { userId, kind: 'webhook-removed', by })
  })
}

/** Sends a webhook something to try it by. @throws Refusal when the account has no such webhook, or too much waits for it */
export async function testWebhook({ store, webhooks }: Context, userId: number, id: number): Promise<void> {
  await store.smallTransaction(async (trx) => {
    if (!(await hasWebhook(trx, userId, id))) throw new Refusal({ code: 'webhook-not-found' })
    if (await webhooks.test(trx, id)) return
    const message = 'Too many messages wait for this webhook. Look at what went wrong with the last one.'
    throw new Refusal({ code: 'too-large', message })
  })
  webhooks.wake()
}
