import { Type } from 'typebox'
import type { DocumentedAnswer } from '../../pipeline/endpoint.ts'

// What the pages to sign in and to sign up take and answer.

/** Whatever `next` isn't a path of ours counts as none. */
export const NextQuery = Type.Object({ next: Type.Optional(Type.Unknown()) })

/** What these pages have in common. */
export const accountPage = {
  access: 'visitor',
  tag: 'Pages',
  query: NextQuery,
  errors: 'page',
  takesTokens: false,
} as const

/** A field that is missing is a mistake to point out, not an error. */
export const AccountForm = Type.Object({
  email: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
})

/** An email to send a code to, and the code once it is there. */
export const CodeForm = Type.Object({
  email: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  again: Type.Optional(Type.String()),
})

export const NewPasswordForm = Type.Object({ password: Type.Optional(Type.String()) })

const page = (description: string): DocumentedAnswer => ({
  description,
  schema: Type.String(),
  contentType: 'text/html',
})

export const pageAnswers: Record<number, DocumentedAnswer> = {
  200: page('The page'),
  400: page('The form again, with what is wrong'),
  401: page('The form again: not the right password'),
  409: page('The form again: the email has an account'),
  403: page('The form again: the code is wrong, or the time is over'),
  429: page('The form again: too many tries'),
  503: page('This server sends no mail'),
}
