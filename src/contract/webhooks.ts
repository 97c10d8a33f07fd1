import { Type } from 'typebox'
import { Id, Nullable, Time } from './common.ts'

export const WebhookParams = Type.Object({ user_id: Id, webhook_id: Id })

const WebhookEvent = Type.Union([Type.Literal('share.created'), Type.Literal('share.viewed')], {
  description: '`share.viewed`: others read it; told about once a second, with how often',
})

export const CreateWebhookBody = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'where messages are sent: https:, and no address of a private network',
      examples: ['https://example.com/neptun'],
    }),
    events: Type.Array(WebhookEvent, { minItems: 1, maxItems: 2, uniqueItems: true }),
  },
  { additionalProperties: false },
)

const webhookFields = {
  id: Id,
  url: Type.String(),
  events: Type.Array(WebhookEvent),
  created_at: Time,
  waiting: Type.Integer({ description: 'messages that are to be sent, or sent again' }),
  last_attempt: Nullable(
    Type.Object({
      at: Time,
      outcome: Type.String({
        description: '`taken`, or what went wrong',
        examples: ['taken', 'it answered 500'],
      }),
    }),
  ),
}
export const Webhook = Type.Object(webhookFields)
export const WebhooksAnswer = Type.Object({ webhooks: Type.Array(Webhook) })

/** The only answer that holds the secret that messages are signed with. */
export const WebhookCreated = Type.Object({
  webhook: Type.Object({ ...webhookFields, secret: Type.String({ examples: ['whsec_…'] }) }),
})
