import assert from 'node:assert/strict'
import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Answer } from './client.ts'

/** What the server answers, field by field as the contract says; one field more or less is a failure. */
const exactly = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: false })

const id = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const time = Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` })
const uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
})
const role = Type.Union([Type.Literal('user'), Type.Literal('assistant')])
const maybe = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const chat = exactly({
  id,
  neptun_user_id: id,
  model: Type.String(),
  name: Type.String(),
  created_at: time,
  updated_at: time,
})

const message = exactly({
  id,
  chat_conversation_id: id,
  neptun_user_id: id,
  message: Type.String(),
  actor: role,
  content: Type.String(),
  role,
  created_at: time,
  updated_at: time,
})

const file = exactly({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
  name: Type.String(),
  media_type: Type.String(),
  bytes: Type.Integer(),
  width: maybe(Type.Integer()),
  height: maybe(Type.Integer()),
  markdown: Type.String(),
})

const sharedMessage = exactly({
  id,
  content: Type.String(),
  role,
  timestamp: time,
  created_at: time,
  updated_at: time,
})

const shareInfo = exactly({
  shareExists: Type.Boolean(),
  shareIsActive: Type.Boolean(),
  shareIsPrivate: Type.Boolean(),
  shareHasPassword: Type.Boolean(),
  shareHasWhitelist: Type.Boolean(),
})

const share = exactly({
  id,
  chat_conversation_id: id,
  uuid,
  share_uuid: uuid,
  url: Type.String(),
  state: Type.Union(['active', 'paused', 'expired', 'used-up'].map((state) => Type.Literal(state))),
  is_shared: Type.Boolean(),
  is_protected: Type.Boolean(),
  has_password: Type.Boolean(),
  hashed_password: Type.Null(),
  whitelist_count: Type.Integer({ minimum: 0 }),
  expires_at: maybe(time),
  max_views: maybe(Type.Integer({ minimum: 1 })),
  view_count: Type.Integer({ minimum: 0 }),
  shared_by: Type.Optional(Type.String({ minLength: 1 })),
  mail_at_first_read: Type.Boolean(),
  snapshot_at: maybe(time),
  label: maybe(Type.String({ minLength: 1 })),
  last_viewed_at: maybe(time),
  reader_count: Type.Integer({ minimum: 0 }),
  is_selection: Type.Boolean(),
  created_at: time,
  updated_at: time,
})
const match = exactly({ message_id: maybe(id), excerpt: Type.String({ minLength: 1 }) })
const pageEnd = { next_cursor: maybe(Type.String({ minLength: 1 })), total: Type.Integer({ minimum: 0 }) }

/** An open share, for tests that need no server. */
export const exampleShare = {
  id: 1,
  chat_conversation_id: 2,
  uuid: '5f0c6f0e-5f3c-4b5e-9d53-6a1d6f3f3a11',
  share_uuid: '5f0c6f0e-5f3c-4b5e-9d53-6a1d6f3f3a11',
  url: 'http://localhost/shared/chats/5f0c6f0e-5f3c-4b5e-9d53-6a1d6f3f3a11',
  state: 'active' as const,
  is_shared: true,
  is_protected: false,
  has_password: false,
  hashed_password: null,
  whitelist_count: 0,
  expires_at: null,
  max_views: null,
  view_count: 0,
  snapshot_at: null,
  label: null,
  last_viewed_at: null,
  reader_count: 0,
  is_selection: false,
  mail_at_first_read: false,
  created_at: '2030-01-01T00:00:00.000Z',
  updated_at: '2030-01-01T00:00:00.000Z',
}
const whitelistEntry = exactly({
  id,
  chat_conversation_share_id: id,
  email: Type.String(),
  created_at: time,
  updated_at: time,
})

const user = exactly({
  id,
  primary_email: Type.String(),
  email_verified: Type.Boolean(),
  created_at: time,
})

const foundInText = {
  kind: Type.Union([Type.Literal('secret'), Type.Literal('trace')]),
  rule: Type.String({ minLength: 1 }),
  label: Type.String({ minLength: 1 }),
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 1 }),
  excerpt: Type.String({ minLength: 1 }),
}
const finding = exactly({ message_id: maybe(id), ...foundInText })

const leftOut = Type.Record(Type.String(), Type.Integer({ minimum: 1 }))
const count = Type.Integer({ minimum: 0 })

const conversation = {
  source_key: Type.String({ minLength: 1 }),
  outcome: Type.Union([
    Type.Literal('new'),
    Type.Literal('updated'),
    Type.Literal('unchanged'),
    Type.Literal('edited'),
    Type.Literal('secrets'),
  ]),
  chat_id: maybe(id),
  name: Type.String({ minLength: 1 }),
  model: Type.String({ minLength: 1 }),
  message_count: Type.Integer({ minimum: 1 }),
  created_at: maybe(time),
  updated_at: maybe(time),
  left_out: leftOut,
  findings: Type.Optional(
    Type.Array(exactly({ message: maybe(Type.Integer({ minimum: 1 })), ...foundInText }), { minItems: 1 }),
  ),
}
const failed = {
  title: Type.String({ minLength: 1 }),
  reason: Type.String({ minLength: 1 }),
  file: maybe(Type.String()),
}
const imported = {
  dry_run: Type.Boolean(),
  counts: exactly({
    new: count,
    updated: count,
    unchanged: count,
    edited: count,
    secrets: count,
    failed: count,
    not_chosen: count,
  }),
  chats: Type.Array(chat),
  conversations: Type.Array(exactly(conversation)),
  failed: Type.Array(exactly(failed)),
  left_out: leftOut,
  left_out_summary: maybe(Type.String({ pattern: ' left out$' })),
}

const webhook = {
  id: Type.Integer(),
  url: Type.String(),
  events: Type.Array(Type.String()),
  created_at: time,
  waiting: Type.Integer(),
  last_attempt: maybe(exactly({ at: time, outcome: Type.String() })),
}

const token = {
  id,
  name: Type.String({ minLength: 1 }),
  scope: Type.Union([Type.Literal('read'), Type.Literal('write')]),
  created_at: time,
  last_used_at: maybe(time),
  expires_at: maybe(time),
}

const plainData = exactly({ message: Type.String() })
const issue = exactly({
  code: Type.String(),
  message: Type.String(),
  path: Type.Array(Type.Union([Type.String(), Type.Integer()])),
})

const error = <T extends TSchema>(data: T) =>
  exactly({
    statusCode: Type.Integer(),
    statusMessage: Type.String({ minLength: 1 }),
    message: Type.String({ minLength: 1 }),
    data,
  })

export const shapes = {
  file: exactly({ file }),
  signedIn: exactly({ user: exactly({ id, primary_email: Type.String() }), loggedInAt: time }),
  user: exactly({ user }),
  chat: exactly({ chat }),
  chatsPage: exactly({
    chats: Type.Array(exactly({ ...chat.properties, match: Type.Optional(match) })),
    ...pageEnd,
  }),
  chatSources: exactly({ sources: Type.Array(Type.String()) }),
  chats: exactly({ chats: Type.Array(chat) }),
  message: exactly({ chatMessage: message }),
  messages: exactly({ chatMessages: Type.Array(message) }),
  renderedMessages: exactly({
    renderedMessages: Type.Array(
      exactly({ id, number: Type.Integer({ minimum: 1 }), html: Type.String(), is_final: Type.Boolean() }),
    ),
  }),
  lastMessages: exactly({
    maybeAssistantMessageToDelete: maybe(message),
    maybeUserMessageToDelete: maybe(message),
  }),
  share: exactly({ share }),
  shares: exactly({ shares: Type.Array(share) }),
  sharesPage: exactly({
    shares: Type.Array(
      exactly({ ...share.properties, chat_name: Type.String(), match: Type.Optional(match) }),
    ),
    ...pageEnd,
  }),
  shareReaders: exactly({
    days: Type.Array(exactly({ date: Type.String({ format: 'date' }), views: Type.Integer({ minimum: 1 }) })),
    readers: Type.Array(
      exactly({ email: Type.String(), first_at: time, last_at: time, views: Type.Integer({ minimum: 1 }) }),
    ),
  }),
  shareStatus: maybe(exactly({ uuid })),
  sharedChat: exactly({ chatMessages: Type.Array(sharedMessage), shareInfo }),
  preview: exactly({
    outcome: Type.String(),
    statusCode: Type.Integer(),
    hint: Type.Optional(Type.String()),
    chatMessages: Type.Optional(Type.Array(sharedMessage)),
  }),
  whitelist: exactly({ shareWhitelistEntries: Type.Array(whitelistEntry) }),
  scan: exactly({ findings: Type.Array(finding), is_complete: Type.Boolean() }),
  accessRequests: exactly({
    access_requests: Type.Array(
      exactly({
        id,
        email: Type.String(),
        chat_conversation_id: id,
        chat_name: Type.String(),
        share_id: id,
        asked_at: time,
      }),
    ),
  }),
  imported: exactly(imported),
  importLine: Type.Union([
    exactly({ type: Type.Literal('progress'), received: count }),
    exactly({ type: Type.Literal('conversation'), ...conversation }),
    exactly({ type: Type.Literal('failed'), ...failed }),
    exactly({ type: Type.Literal('result'), ...imported }),
    Type.Object({ type: Type.Literal('error'), statusCode: Type.Integer(), message: Type.String() }),
  ]),
  events: exactly({
    events: Type.Array(
      exactly({
        id,
        kind: Type.String(),
        at: time,
        by: exactly({
          session: maybe(Type.String()),
          client: maybe(Type.String()),
          token: Type.Optional(Type.String()),
        }),
        share_uuid: Type.Optional(uuid),
        detail: Type.Optional(Type.String()),
      }),
    ),
    next_cursor: maybe(Type.String()),
  }),
  sessions: exactly({
    sessions: Type.Array(
      exactly({
        id,
        created_at: time,
        last_used_at: time,
        client: maybe(Type.String()),
        is_this: Type.Boolean(),
      }),
    ),
  }),
  tokens: exactly({ tokens: Type.Array(exactly(token)) }),
  newToken: exactly({
    token: exactly({ ...token, token: Type.String({ pattern: '^npt_[A-Za-z0-9_-]{49}$' }) }),
  }),
  webhooks: exactly({ webhooks: Type.Array(exactly(webhook)) }),
  webhookCreated: exactly({
    webhook: exactly({ ...webhook, secret: Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{43}=$' }) }),
  }),
  liveness: exactly({ status: Type.Literal('live') }),
  readiness: exactly({
    status: Type.Union([Type.Literal('ready'), Type.Literal('unavailable')]),
    checks: Type.Array(
      exactly({
        name: Type.String(),
        status: Type.Union([Type.Literal('ok'), Type.Literal('warning'), Type.Literal('failing')]),
        message: Type.Optional(Type.String()),
      }),
    ),
  }),
  health: exactly({
    status: Type.Literal('healthy'),
    timestamp: time,
    uptime: Type.Number({ minimum: 0 }),
    version: Type.String(),
  }),
  true: Type.Literal(true),
  false: Type.Literal(false),
  plainError: error(plainData),
  validationError: error(
    exactly({
      message: Type.String({ minLength: 1 }),
      name: Type.Literal('ValidationError'),
      issues: Type.Array(issue),
    }),
  ),
  authError: error(
    exactly({
      message: Type.String({ minLength: 1 }),
      name: Type.String({ minLength: 1 }),
      issues: Type.Array(Type.Unknown(), { maxItems: 0 }),
    }),
  ),
  secretsError: error(
    exactly({
      message: Type.String({ minLength: 1 }),
      name: Type.Literal('SecretsError'),
      code: Type.Literal('secrets'),
      findings: Type.Array(finding, { minItems: 1 }),
    }),
  ),
  shareError: error(exactly({ shareInfo })),
  anyError: error(Type.Object({})),
}

export type Chat = Static<typeof chat>
export type Message = Static<typeof message>
export type Share = Static<typeof share>
export type ShareInfo = Static<typeof shareInfo>
export type WhitelistEntry = Static<typeof whitelistEntry>

/** The answer's JSON as a typed value. Throws, naming each difference, unless it has exactly this shape. */
export function readAs<T extends TSchema>(schema: T, answer: Answer): Static<T> {
  const value: unknown = answer.json()
  const check = Compile(schema)
  if (check.Check(value)) return value
  const differences = check.Errors(value).map((e) => `${e.instancePath || '/'} ${e.message}`)
  throw new assert.AssertionError({
    message: `${answer.request} → ${answer.status}: ${differences.join('; ')}\n${answer.text.slice(0, 2000)}`,
  })
}
