import { Type } from 'typebox'
import { MAX_PASSWORD_LENGTH, MIN_ACCOUNT_PASSWORD_LENGTH } from '../accounts/password.ts'
import { Email, Id, Nullable, Time } from './common.ts'

const NewPassword = Type.String({
  minLength: MIN_ACCOUNT_PASSWORD_LENGTH,
  maxLength: MAX_PASSWORD_LENGTH,
})

export const NewPasswordBody = Type.Object({ password: NewPassword })

export const SignUpBody = Type.Object({ email: Email, password: NewPassword })

/** A password of any length is merely wrong. */
export const LoginBody = Type.Object({ email: Email, password: Type.String() })

/** As it is in the mail: 8 digits, with spaces or without. */
const Code = Type.String({ minLength: 1, maxLength: 100, examples: ['01234567'] })

export const CodeLoginBody = Type.Object({ code: Code, email: Email })
export const AskForCodeBody = Type.Object({ email: Email })
export const EnterCodeBody = Type.Object({ code: Code, email: Email })
export const ConfirmEmailBody = Type.Object({ code: Type.Optional(Code) })

export const ChangeUserBody = Type.Object({
  email: Type.Optional(Email),
  password: Type.Optional(NewPassword),
  current_password: Type.Optional(Type.String()),
})

/** The password isn't needed in the first 10 minutes of a session. */
export const DeleteUserBody = Type.Object({ current_password: Type.Optional(Type.String()) })

const SignedInUser = Type.Object({ id: Id, primary_email: Type.String() })

export const SignedIn = Type.Object({ user: SignedInUser, loggedInAt: Time })

/** Who is signed in, or JSON null. */
export const SessionAnswer = Nullable(Type.Object({ user: SignedInUser }))

/** How one signs in at this server. */
export const SignInMethods = Type.Object({
  password: Type.Boolean(),
  sign_up: Type.Union([Type.Literal('open'), Type.Literal('closed'), Type.Literal('oidc')], {
    description: 'oidc: by signing in with single sign-on alone',
  }),
  single_sign_on: Nullable(Type.Object({ name: Type.String({ examples: ['Example Corp'] }) })),
})

export const UserAnswer = Type.Object({
  user: Type.Object({
    id: Id,
    primary_email: Type.String(),
    email_verified: Type.Boolean(),
    created_at: Time,
  }),
})
