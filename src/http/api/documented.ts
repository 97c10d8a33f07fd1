import type { TSchema } from 'typebox'
import { ApiError, AuthError, Done, SharedChatError, ValidationError } from '../../contract/common.ts'
import type { DocumentedAnswer } from '../pipeline/endpoint.ts'

// The answers that many endpoints share, as the OpenAPI document tells them.

export const ok = (schema: TSchema, description = 'Done'): Record<number, DocumentedAnswer> => ({
  200: { description, schema },
})
/** The same, with a cookie. @param cookie which one, as a phrase */
export const okWithCookie = (
  schema: TSchema,
  description: string,
  cookie: string,
): Record<number, DocumentedAnswer> => ({
  200: { description, schema, setsCookie: cookie },
})
export const done = ok(Done)

export const invalid: Record<number, DocumentedAnswer> = {
  400: { description: "Body, query or params don't validate", schema: ValidationError },
}
const noSession: Record<number, DocumentedAnswer> = {
  401: { description: 'No session, or one that is unknown or expired', schema: ApiError },
}
const notFound: Record<number, DocumentedAnswer> = {
  404: { description: 'Not there, or there but not yours', schema: ApiError },
}
/** What every owner's route may answer besides. */
export const ownerErrors = { ...invalid, ...noSession, ...notFound }

export const forbidden = (description: string): Record<number, DocumentedAnswer> => ({
  403: { description, schema: ApiError },
})
export const authError = (status: number, description: string): Record<number, DocumentedAnswer> => ({
  [status]: { description, schema: AuthError },
})
export const tooManyTries: Record<number, DocumentedAnswer> = {
  429: { description: 'Too many tries; Retry-After tells the seconds', schema: ApiError },
}

export const noMail: Record<number, DocumentedAnswer> = {
  503: { description: 'This server sends no mail', schema: ApiError },
}

export const otherRequest: Record<number, DocumentedAnswer> = {
  422: { description: 'The Idempotency-Key was sent with another request', schema: ApiError },
}

const shared = (description: string): DocumentedAnswer => ({ description, schema: SharedChatError })

export const sharedChatErrors = {
  401: shared('A password is needed or wrong, or one has to sign in'),
  404: shared("No such share, or it isn't active"),
  429: shared('Too many wrong tries; Retry-After tells the seconds'),
} satisfies Record<number, DocumentedAnswer>
export const notOnWhitelist: Record<number, DocumentedAnswer> = {
  403: shared("The session's verified email isn't on the whitelist"),
}
