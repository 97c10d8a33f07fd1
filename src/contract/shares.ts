import { Type } from 'typebox'
import { MAX_PASSWORD_LENGTH } from '../accounts/password.ts'
import { MAX_CHAT_MESSAGES } from '../chats/limits.ts'
import {
  MAX_LABEL_LENGTH,
  MAX_REDACTED_LENGTH,
  MAX_REDACTED_TEXTS,
  MAX_SHARED_BY_LENGTH,
  MAX_SHARES_AT_ONCE,
  MAX_WHITELIST_ENTRIES,
} from '../sharing/limits.ts'
import {
  Email,
  Id,
  ListEntry,
  Match,
  MAX_ID,
  NOT_BLANK,
  Nullable,
  PageEnd,
  PageQuery,
  ShareInfo,
  Time,
} from './common.ts'
import { Role } from './chats.ts'

const SharePassword = Nullable(
  Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH, pattern: NOT_BLANK }),
)
const Emails = Type.Array(ListEntry, { maxItems: MAX_WHITELIST_ENTRIES })
const Notify = Type.Optional(
  Type.Boolean({ description: 'true mails the link to addresses that are new on the list, once each' }),
)

export const ShareBody = Type.Object(
  {
    is_shared: Type.Optional(Type.Boolean({ description: 'false pauses the share' })),
    is_protected: Type.Optional(
      Type.Boolean({ description: 'false opens it, once neither password nor whitelist remains' }),
    ),
    password: Type.Optional(SharePassword),
    /** an alias of `password`, in plain text */
    hashed_password: Type.Optional(SharePassword),
    expires_at: Type.Optional(Nullable(Type.String({ format: 'date-time', maxLength: 64 }))),
    max_views: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: MAX_ID }))),
    shared_by: Type.Optional(
      Nullable(
        Type.String({
          minLength: 1,
          maxLength: MAX_SHARED_BY_LENGTH,
          pattern: NOT_BLANK,
          description: 'the name that readers are told the chat is shared by; null tells none',
        }),
      ),
    ),
    mail_at_first_read: Type.Optional(
      Type.Boolean({ description: 'true mails its owner once, when somebody reads it next' }),
    ),
    snapshot: Type.Optional(Type.Boolean({ description: 'true freezes the chat as it is, false goes live' })),
    emails: Type.Optional(Emails),
    notify: Notify,
    label: Type.Optional(
      Nullable(
        Type.String({
          minLength: 1,
          maxLength: MAX_LABEL_LENGTH,
          pattern: NOT_BLANK,
          description: "which of the chat's links; its main one has none",
        }),
      ),
    ),
  },
  // A misspelt `pasword` must not open a share.
  { additionalProperties: false },
)

export const Share = Type.Object({
  id: Id,
  chat_conversation_id: Id,
  uuid: Type.String({ format: 'uuid' }),
  share_uuid: Type.String({ format: 'uuid' }),
  url: Type.String(),
  state: Type.Union([
    Type.Literal('active'),
    Type.Literal('paused'),
    Type.Literal('expired'),
    Type.Literal('used-up'),
  ]),
  is_shared: Type.Boolean(),
  is_protected: Type.Boolean(),
  has_password: Type.Boolean(),
  hashed_password: Type.Null(),
  whitelist_count: Type.Integer(),
  expires_at: Nullable(Time),
  max_views: Nullable(Type.Integer()),
  view_count: Type.Integer(),
  shared_by: Type.Optional(Type.String({ description: 'left out where readers are told no name' })),
  snapshot_at: Nullable(Time),
  label: Nullable(Type.String()),
  last_viewed_at: Nullable(Time),
  reader_count: Type.Integer({ description: 'emails that were proved to read it' }),
  is_selection: Type.Boolean({ description: 'its snapshot shows a part of the chat, or the chat redacted' }),
  mail_at_first_read: Type.Boolean({ description: 'its owner gets one mail when it is read, or got it' }),
  created_at: Time,
  updated_at: Time,
})
export const ShareAnswer = Type.Object({ share: Share })

const ListedShare = Type.Object({
  ...Share.properties,
  chat_name: Type.Optional(Type.String({ description: 'only in a page' })),
  match: Type.Optional(Match),
})
export const SharesAnswer = Type.Object({ shares: Type.Array(ListedShare), ...PageEnd })

export const SHARE_COLUMNS = ['updated_at', 'created_at', 'name', 'view_count', 'last_viewed_at'] as const
export const SHARE_ORDER_BY = `^(${SHARE_COLUMNS.join('|')}):(asc|desc)$`
export const SHARE_ORDER_BY_WORDS = `column:asc or column:desc; columns are ${SHARE_COLUMNS.join(', ')}`

export const SharesQuery = Type.Object({
  order_by: Type.Optional(
    Type.String({
      pattern: SHARE_ORDER_BY,
      description: SHARE_ORDER_BY_WORDS,
      examples: ['updated_at:desc'],
    }),
  ),
  ...PageQuery,
  state: Type.Optional(Share.properties.state),
  chat_id: Type.Optional(
    Type.String({
      pattern: String.raw`^[1-9]\d{0,9}(,[1-9]\d{0,9}){0,199}$`,
      description: 'of these chats alone, up to 200, comma-separated',
    }),
  ),
})

const ShareIds = Type.Array(Id, { minItems: 1, maxItems: MAX_SHARES_AT_ONCE })
export const PauseSharesBody = Type.Object({
  share_ids: ShareIds,
  is_shared: Type.Boolean({ description: 'false pauses them' }),
})
export const DeleteSharesBody = Type.Object({ share_ids: ShareIds })

export const SnapshotBody = Type.Object(
  {
    message_ids: Type.Optional(
      Nullable(
        Type.Array(Id, {
          minItems: 1,
          maxItems: MAX_CHAT_MESSAGES,
          description: "only these, in the chat's order; null shows all",
        }),
      ),
    ),
    redact: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: MAX_REDACTED_LENGTH, pattern: NOT_BLANK }), {
        maxItems: MAX_REDACTED_TEXTS,
        description:
          'texts that are replaced by [redacted] wherever they stand, also in the name and in names of files',
      }),
    ),
  },
  // A misspelt `redacted` must not publish what was to be hidden.
  { additionalProperties: false },
)

export const ShareReadersAnswer = Type.Object({
  days: Type.Array(Type.Object({ date: Type.String({ format: 'date' }), views: Type.Integer() }), {
    description: 'in UTC; only those with views, the earliest first',
  }),
  readers: Type.Array(
    Type.Object({ email: Type.String(), first_at: Time, last_at: Time, views: Type.Integer() }),
    { description: 'the latest first' },
  ),
})

/** The chat's active share, or JSON null. */
export const ShareStatus = Nullable(Type.Object({ uuid: Type.String({ format: 'uuid' }) }))

export const AddEmailsBody = Type.Object({ emails: Emails, notify: Notify })
export const AddEmailsArrayBody = Emails

export const WhitelistEntriesAnswer = Type.Object({
  shareWhitelistEntries: Type.Array(
    Type.Object({
      id: Id,
      chat_conversation_share_id: Id,
      email: Type.String(),
      created_at: Time,
      updated_at: Time,
    }),
  ),
})

export const SharedMessage = Type.Object({
  id: Id,
  content: Type.String(),
  role: Role,
  timestamp: Time,
  created_at: Time,
  updated_at: Time,
})

export const SharedChatParams = Type.Object({ uuid: Type.String({ description: "the share's UUID" }) })
export const SharedChatAnswer = Type.Object({
  chatMessages: Type.Array(SharedMessage),
  shareInfo: ShareInfo,
})

export const UnlockBody = Type.Object({ password: Type.String({ minLength: 1 }) })

export const PreviewBody = Type.Object({
  email: Type.Optional(Email),
  has_password: Type.Optional(Type.Boolean()),
})
/** The same in an address. */
export const PreviewQuery = Type.Object({
  email: Type.Optional(Email),
  has_password: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
})
export const PreviewAnswer = Type.Object({
  outcome: Type.Union([
    Type.Literal('show'),
    Type.Literal('ask-password'),
    Type.Literal('ask-sign-in'),
    Type.Literal('confirm-email'),
    Type.Literal('not-listed'),
    Type.Literal('inactive'),
  ]),
  statusCode: Type.Integer(),
  hint: Type.Optional(
    Type.String({
      description: 'where the address has to be confirmed first: a sentence on whether they can',
    }),
  ),
  chatMessages: Type.Optional(Type.Array(SharedMessage)),
})
