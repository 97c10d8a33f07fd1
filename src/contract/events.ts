import { Type } from 'typebox'
import { Id, Nullable, PAGE_LIMIT, Time } from './common.ts'

const Kind = Type.Union([
  Type.Literal('account-created'),
  Type.Literal('signed-in'),
  Type.Literal('signed-out'),
  Type.Literal('signed-out-everywhere'),
  Type.Literal('password-changed'),
  Type.Literal('email-changed'),
  Type.Literal('email-verified'),
  Type.Literal('session-ended'),
  Type.Literal('token-created'),
  Type.Literal('token-revoked'),
  Type.Literal('passkey-added'),
  Type.Literal('passkey-removed'),
  Type.Literal('webhook-added'),
  Type.Literal('webhook-removed'),
  Type.Literal('share-created'),
  Type.Literal('share-changed'),
  Type.Literal('share-paused'),
  Type.Literal('share-resumed'),
  Type.Literal('share-rotated'),
  Type.Literal('share-snapshot'),
  Type.Literal('share-deleted'),
  Type.Literal('whitelist-changed'),
])

export const EventsQuery = Type.Object({
  limit: Type.Optional(Type.String({ pattern: PAGE_LIMIT, description: '1 to 200; 50 unless said' })),
  cursor: Type.Optional(
    Type.String({ pattern: '^[1-9]\\d{0,15}$', description: 'the `next_cursor` of the page before' }),
  ),
})

const AccountEvent = Type.Object({
  id: Id,
  kind: Kind,
  at: Time,
  by: Type.Object({
    session: Nullable(Type.String({ description: 'tells one session from another' })),
    client: Nullable(Type.String({ examples: ['Firefox on Linux'] })),
    token: Type.Optional(Type.String({ description: 'the name of the token that a program used' })),
  }),
  share_uuid: Type.Optional(Type.String({ format: 'uuid' })),
  detail: Type.Optional(
    Type.String({ description: 'names of settings, or how many: never texts or emails' }),
  ),
})

/** What was done to the account's links and sign-ins in the last year, the latest first. */
export const EventsAnswer = Type.Object({
  events: Type.Array(AccountEvent),
  next_cursor: Nullable(Type.String()),
})
