import type { Static } from 'typebox'
import {
  createWebhook,
  listWebhooks,
  removeWebhook,
  testWebhook,
  type Webhook,
} from '../../actions/webhooks.ts'
import { Refusal } from '../../actions/refusal.ts'
import { ApiError, Done, UserParams } from '../../contract/common.ts'
import {
  CreateWebhookBody,
  type Webhook as WebhookSchema,
  WebhookCreated,
  WebhookParams,
  WebhooksAnswer,
} from '../../contract/webhooks.ts'
import { actorOf } from '../input/actor.ts'
import { isoTime } from '../output/present.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { done, forbidden, ok, ownerErrors } from './documented.ts'

// One that a token made would go on when the token is revoked.
const shared = { access: 'owner', tag: 'Webhooks', takesTokens: false } as const
const PATH = '/api/users/{user_id}/webhooks'
const byToken = forbidden('A token opens no webhooks')
const tooMany = (what: string) => ({ 413: { description: what, schema: ApiError } })

export const listWebhooksEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: PATH,
  summary: 'My webhooks, and what came of the last messages',
  params: UserParams,
  answers: { ...ok(WebhooksAnswer, 'The newest first'), ...ownerErrors, ...byToken },
  async handle({ params }, context) {
    return { body: { webhooks: (await listWebhooks(context, params.user_id)).map(present) } }
  },
})

export const createWebhookEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: PATH,
  summary: 'Have a program of mine told when a link is made or read',
  description: [
    'Messages are sent as Standard Webhooks has it: a POST of `{ "type", "timestamp", "data" }` with the headers',
    '`webhook-id`, `webhook-timestamp` and `webhook-signature`, signed with the secret that this answer holds, once.',
    '`data` has `share_id`, `share_uuid` and `chat_id`, and for `share.viewed` how many `views`; never a text, a name or',
    'who read. What isn’t answered by a 2xx within 10 seconds is sent again with growing pauses, for a day; a message may',
    'come twice, with the same id. Redirects aren’t followed.',
  ].join(' '),
  params: UserParams,
  body: [CreateWebhookBody],
  answers: {
    ...ok(WebhookCreated, 'The webhook with its secret: keep it, nobody tells it again'),
    ...ownerErrors,
    ...byToken,
    ...tooMany('The account has as many webhooks as it may have'),
  },
  async handle(asked, context) {
    const { session, body } = asked
    if (!session) throw new Refusal({ code: 'no-session' })
    const { webhook, secret } = await createWebhook(context, session, body, actorOf(asked))
    return { body: { webhook: { ...present(webhook), secret } } }
  },
})

export const removeWebhookEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  path: `${PATH}/{webhook_id}`,
  summary: 'Remove a webhook, with all that waits for it',
  params: WebhookParams,
  answers: { ...done, ...ownerErrors, ...byToken },
  async handle(asked, context) {
    await removeWebhook(context, asked.params.user_id, asked.params.webhook_id, actorOf(asked))
    return { body: true }
  },
})

export const testWebhookEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: `${PATH}/{webhook_id}/test`,
  summary: 'Send a webhook a message of the type webhook.test',
  params: WebhookParams,
  answers: {
    ...ok(Done, 'It is on its way; the list tells what came of it'),
    ...ownerErrors,
    ...byToken,
    ...tooMany('Too much waits for it already'),
  },
  async handle({ params }, context) {
    await testWebhook(context, params.user_id, params.webhook_id)
    return { body: true }
  },
})

function present(webhook: Webhook): Static<typeof WebhookSchema> {
  const { id, url, events, createdAt, waiting, last } = webhook
  return {
    id,
    url,
    events: [...events],
    created_at: isoTime(createdAt),
    waiting,
    last_attempt: last === undefined ? null : { at: isoTime(last.at), outcome: last.outcome },
  }
}
