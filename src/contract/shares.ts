import { Type } from 'typebox'
import { MAX_PASSWORD_LENGTH } from '../accounts/password.ts'
import { MAX_SHARED_BY_LENGTH, MAX_WHITELIST_ENTRIES } from '../sharing/limits.ts'
import { Email, Id, ListEntry, MAX_ID, NOT_BLANK, Nullable, ShareInfo, Time } from './common.ts'
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
    snapshot: Type.Optional(Type.Boolean({ description: 'true freezes the chat as it is, false goes live' })),
    emails: Type.Optional(Emails),
    notify: Notify,
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
  created_at: Time,
  updated_at: Time,
})
export const ShareAnswer = Type.Object({ share: Share })
export const SharesAnswer = Type.Object({ shares: Type.Array(Share) })

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
