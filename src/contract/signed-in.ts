import { Type } from 'typebox'
import { Id, Name, NOT_BLANK, Nullable, Time } from './common.ts'

// What may act for an account: sessions of people, tokens of programs.

export const SessionParams = Type.Object({ user_id: Id, session_id: Id })
export const TokenParams = Type.Object({ user_id: Id, token_id: Id })

const MAX_TOKEN_NAME = 60

const TokenScope = Type.Union([Type.Literal('read'), Type.Literal('write')], {
  description: 'read: looks at everything of the account; write: changes it as well',
})

export const CreateTokenBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: MAX_TOKEN_NAME, pattern: NOT_BLANK, examples: ['CI'] }),
    scope: TokenScope,
    expires_at: Type.Optional(
      Nullable(Type.String({ format: 'date-time', maxLength: 64, description: 'never unless it is sent' })),
    ),
  },
  // A misspelt `expires_at` must not make a token that lasts.
  { additionalProperties: false },
)

const tokenFields = {
  id: Id,
  name: Name,
  scope: TokenScope,
  created_at: Time,
  last_used_at: Nullable(Time),
  expires_at: Nullable(Time),
}
export const AccessToken = Type.Object(tokenFields)

export const TokensAnswer = Type.Object({ tokens: Type.Array(AccessToken) })

/** The only answer that holds the token itself. */
export const TokenCreated = Type.Object({
  token: Type.Object({ ...tokenFields, token: Type.String({ examples: ['npt_…'] }) }),
})

const Session = Type.Object({
  id: Id,
  created_at: Time,
  last_used_at: { ...Time, description: 'kept once a day' },
  client: Nullable(Type.String({ examples: ['Firefox on Linux'] })),
  is_this: Type.Boolean(),
})
export const SessionsAnswer = Type.Object({ sessions: Type.Array(Session) })
