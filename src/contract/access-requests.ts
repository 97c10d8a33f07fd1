import { Type } from 'typebox'
import { Id, Time } from './common.ts'

export const RequestParams = Type.Object({ user_id: Id, request_id: Id })

/** Readers who have proved their email and ask to be let in, the latest first. */
export const AccessRequestsAnswer = Type.Object({
  access_requests: Type.Array(
    Type.Object({
      id: Id,
      email: Type.String(),
      chat_conversation_id: Id,
      chat_name: Type.String(),
      share_id: Id,
      asked_at: Time,
    }),
  ),
})

export const MailWishes = Type.Object({
  access_requests: Type.Boolean({ description: 'when somebody asks to be let in to a chat of mine' }),
})
