import { createHmac } from 'node:crypto'
import { createOutbox, LEASE_MS, type Outbox } from '../concurrency/outbox.ts'
import {
  type ClaimedMessage,
  claimMessage,
  countMessages,
  deleteMessage,
  findNextMessageDue,
  findTold,
  insertMessages,
  noteOutcome,
  postponeMessage,
  type WebhookEvent,
} from '../storage/queries/webhooks.ts'
import type { Queries, Store } from '../storage/store.ts'
import { NotTaken, type SendWebhook } from './send-webhook.ts'

/** Of one account one at a time, so that so many accounts have to hang to hold up others. */
const AT_ONCE = 16
const GIVE_UP_AFTER_MS = 24 * 60 * 60 * 1000
/** So many wait for one webhook at most; what comes then isn't told. */
const MOST_WAITING = 1000
const MOST_SHARES_AT_ONCE = 500

/** What waits in the store to be told to webhooks. */
export interface WebhookOutbox extends Outbox {
  /** May webhooks be on this machine or its network, and speak http? */
  readonly isPrivateAllowed: boolean
  /**
   * Tells the owners of shares, in the transaction of what happened. Call `wake` once that is committed.
   *
   * @param shares what there is to say of each, besides which it is, by its id
   * @returns whether anybody is to be told
   */
  tell(trx: Queries, event: WebhookEvent, shares: ReadonlyMap<number, object>): Promise<boolean>
  /** Sends one webhook something that means nothing. @returns false where too much waits for it */
  test(trx: Queries, webhookId: number): Promise<boolean>
}

/** @param pauses in milliseconds, after each attempt that failed */
export function createWebhookOutbox(
  store: Store,
  now: () => number,
  send: SendWebhook,
  options: { readonly isPrivateAllowed: boolean; readonly pauses?: readonly number[] },
  onFailure: (error: unknown) => void,
): WebhookOutbox {
  async function deliver(message: ClaimedMessage, signal: AbortSignal): Promise<void> {
    const id = createHmac('sha256', store.secret).update(`webhook ${message.id}`).digest('hex').slice(0, 32)
    try {
      await send({ ...message, id: `msg_${id}` }, signal)
      await noteOutcome(store, message.webhookId, 'taken', now())
    } catch (error) {
      if (error instanceof NotTaken && !signal.aborted)
        await noteOutcome(store, message.webhookId, error.message, now())
      throw error
    }
  }

  async function put(trx: Queries, messages: readonly { webhookId: number; content: string }[]) {
    const waiting = new Map(
      await countMessages(
        trx,
        messages.map(({ webhookId }) => webhookId),
      ),
    )
    const taken = messages.filter(({ webhookId }) => {
      const count = waiting.get(webhookId) ?? 0
      waiting.set(webhookId, count + 1)
      return count < MOST_WAITING
    })
    const time = now()
    if (taken.length > 0) await insertMessages(trx, taken, { now: time, givesUpAt: time + GIVE_UP_AFTER_MS })
    return taken.length > 0
  }

  function contentOf(type: string, data: object): string {
    return JSON.stringify({ type, timestamp: new Date(now()).toISOString(), data })
  }

  const outbox = createOutbox<ClaimedMessage>(
    {
      claim: (at, underWay) => claimMessage(store, at, LEASE_MS, accountsOf(underWay)),
      remove: (message) => deleteMessage(store, message),
      postpone: (message, until) => postponeMessage(store, message, until),
      nextDue: (underWay) => findNextMessageDue(store, accountsOf(underWay)),
      send: deliver,
      onFailure(error) {
        // What a receiver doesn't take is its owner's business, who is told.
        if (!(error instanceof NotTaken)) onFailure(error)
      },
    },
    now,
    { atOnce: AT_ONCE, pauses: options.pauses },
  )
  return {
    ...outbox,
    isPrivateAllowed: options.isPrivateAllowed,
    async tell(trx, event, shares) {
      const ids = [...shares.keys()]
      let isTold = false
      for (let at = 0; at < ids.length; at += MOST_SHARES_AT_ONCE) {
        const told = await findTold(trx, event, ids.slice(at, at + MOST_SHARES_AT_ONCE))
        const messages = told.map(({ webhookId, shareId, shareUuid, chatId }) => {
          const share = { share_id: shareId, share_uuid: shareUuid, chat_id: chatId }
          return { webhookId, content: contentOf(event, { ...share, ...shares.get(shareId) }) }
        })
        if (messages.length > 0 && (await put(trx, messages))) isTold = true
      }
      return isTold
    },
    test: (trx, webhookId) => put(trx, [{ webhookId, content: contentOf('webhook.test', {}) }]),
  }
}

function accountsOf(messages: readonly ClaimedMessage[]): number[] {
  return messages.map(({ userId }) => userId)
}
