import { Type, type TSchema } from 'typebox'
import { MAX_EMAIL_LENGTH } from '../accounts/email.ts'
import { MAX_NAME_LENGTH } from '../chats/limits.ts'

export const MAX_ID = 2147483647

/** Ids are whole numbers that fit both databases' integers; validated as written. */
export const Id = Type.Integer({ minimum: 1, maximum: MAX_ID, examples: [1] })

/** ISO 8601 in UTC with milliseconds and Z. */
export const Time = Type.String({ format: 'date-time', examples: ['2024-03-20T10:30:00.000Z'] })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** JSON `true`: what was asked for is done. */
export const Done = Type.Literal(true)

/** More than spaces. */
export const NOT_BLANK = String.raw`\S`

/** 1 to 200, as written. */
export const PAGE_LIMIT = String.raw`^(?:[1-9]|[1-9]\d|1\d\d|200)$`

/** A value that must be there, with a limit on its characters. */
export const Name = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: NOT_BLANK })

/** As people write it; compared in normal form. */
export const Email = Type.String({
  minLength: 1,
  maxLength: MAX_EMAIL_LENGTH,
  format: 'email',
  examples: ['ada@example.com'],
})

/** Who may read: an email, or `@example.com` for every verified email of exactly that domain. */
export const ListEntry = Type.String({
  minLength: 1,
  maxLength: MAX_EMAIL_LENGTH,
  format: 'email-or-domain',
  examples: ['ada@example.com', '@example.com'],
})

const MOST_QUERY_CHARS = 200

/** What lists by page take. Without any of it they answer whole. */
export const PageQuery = {
  limit: Type.Optional(
    Type.String({ pattern: PAGE_LIMIT, description: '1 to 200 in a page; 50 unless said', examples: ['50'] }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 4096, description: 'the `next_cursor` of the page before, in the same order' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: MOST_QUERY_CHARS,
      description:
        'words that a chat’s name or one of its messages has; words of two letters and more also as beginnings',
    }),
  ),
}

/** What lists by page answer besides. */
export const PageEnd = {
  next_cursor: Type.Optional(Nullable(Type.String({ description: 'null at the end; only of a page' }))),
  total: Type.Optional(
    Type.Integer({ description: 'of all pages; of a search at most that of its newest 5,000 texts' }),
  ),
}

/** Where a search found its words. */
export const Match = Type.Object({
  message_id: Nullable(Id),
  excerpt: Type.String({ description: 'plain text around the first of them; the name where that has them' }),
})

export const UserParams = Type.Object({ user_id: Id })
export const ChatParams = Type.Object({ user_id: Id, chat_id: Id })
export const MessageParams = Type.Object({ user_id: Id, chat_id: Id, message_id: Id })
export const ShareParams = Type.Object({ user_id: Id, chat_id: Id, share_id: Id })
export const EntryParams = Type.Object({ user_id: Id, chat_id: Id, share_id: Id, entry_id: Id })

/** Of what is deleted. */
export const DeleteQuery = Type.Object({
  undo: Type.Optional(
    Type.Literal('true', {
      description: 'its owner can restore it for a minute; to everyone else it is gone',
    }),
  ),
})

const errorShape = <T extends TSchema>(data: T) =>
  Type.Object({
    statusCode: Type.Integer(),
    statusMessage: Type.String(),
    message: Type.String(),
    data,
  })

/** The one shape of errors. */
export const ApiError = errorShape(Type.Object({ message: Type.String() }))

export const ValidationError = errorShape(
  Type.Object({
    message: Type.String(),
    name: Type.Literal('ValidationError'),
    issues: Type.Array(
      Type.Object({
        code: Type.String(),
        message: Type.String(),
        path: Type.Array(Type.Union([Type.String(), Type.Integer()])),
      }),
    ),
  }),
)

/** Errors of `/api/auth/*`: what clients of that part read as well. */
export const AuthError = errorShape(
  Type.Object({ message: Type.String(), name: Type.String(), issues: Type.Array(Type.Unknown()) }),
)

export const ShareInfo = Type.Object({
  shareExists: Type.Boolean(),
  shareIsActive: Type.Boolean(),
  shareIsPrivate: Type.Boolean(),
  shareHasPassword: Type.Boolean(),
  shareHasWhitelist: Type.Boolean(),
})

/** Errors about a shared chat carry what may be known of the share, and nothing else. */
export const SharedChatError = errorShape(Type.Object({ shareInfo: ShareInfo }))
