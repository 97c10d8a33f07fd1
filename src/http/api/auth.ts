import { logIn } from '../../actions/accounts/log-in.ts'
import { askToSignIn, signInByCode } from '../../actions/accounts/sign-in-by-code.ts'
import { logOut } from '../../actions/accounts/log-out.ts'
import { signUp } from '../../actions/accounts/sign-up.ts'
import type { StartedSession } from '../../actions/accounts/start-session.ts'
import {
  AskForCodeBody,
  CodeLoginBody,
  LoginBody,
  SessionAnswer,
  SignedIn,
  SignInMethods,
  SignUpBody,
} from '../../contract/accounts.ts'
import { Type } from 'typebox'
import { actorOf } from '../input/actor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import type { Answer } from '../pipeline/answer.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { presentSignedIn } from '../output/present.ts'
import { authError, forbidden, invalid, noMail, ok, okWithCookie, tooManyTries } from './documented.ts'

const KiB = 1024
const shared = { tag: 'Accounts', errors: 'auth', bodyLimit: 64 * KiB } as const

function signedIn(session: StartedSession, settings: HttpSettings): Answer {
  return {
    body: presentSignedIn(session),
    cookies: [...settings.sessionCookies(session.token), settings.deviceCookie(session.device)],
  }
}

export const signUpEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: '/api/auth/sign-up',
  access: 'anyone',
  summary: 'Create an account and sign in',
  body: [SignUpBody],
  takesForms: true,
  answers: {
    ...okWithCookie(SignedIn, 'Signed in', 'the session'),
    ...invalid,
    ...forbidden('Sign-up is closed'),
    ...authError(409, 'The email has an account already'),
    ...tooManyTries,
  },
  async handle({ body, tokenHash, from }, context, settings) {
    return signedIn(await signUp(context, body, tokenHash, from), settings)
  },
})

export const loginEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: '/api/auth/login',
  access: 'anyone',
  summary: 'Sign in, with a password or with a code that was sent by mail',
  description: 'By a code, the email is verified from then on.',
  body: [LoginBody, CodeLoginBody],
  namedBody: [LoginBody],
  takesForms: true,
  answers: {
    ...okWithCookie(SignedIn, 'Signed in', 'the session'),
    ...invalid,
    ...authError(401, 'Invalid credentials'),
    ...forbidden('This server takes no passwords'),
    ...tooManyTries,
    ...noMail,
  },
  async handle({ body, tokenHash, from }, context, settings) {
    const session =
      'code' in body
        ? await signInByCode(context, body, tokenHash, from)
        : await logIn(context, body, tokenHash, from)
    return signedIn(session, settings)
  },
})

export const askForCodeEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: '/api/auth/codes',
  access: 'anyone',
  summary: 'Have a code to sign in sent to an email',
  description:
    'Answers the same for every email; mail goes out if an account has it. A code has 8 digits and counts once, for 10 minutes.',
  body: [AskForCodeBody],
  takesForms: true,
  answers: {
    204: { description: 'If an account has the email, a code is on its way' },
    ...invalid,
    ...noMail,
  },
  handle({ body, from, request }, context, settings) {
    askToSignIn(context, body.email, settings.pageOrigin(request), from)
    return { status: 204 }
  },
})

export const logoutEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: '/api/auth/logout',
  access: 'anyone',
  summary: 'End the session',
  answers: okWithCookie(Type.Boolean(), 'Whether there was a session', 'clears the session'),
  async handle(asked, context, settings) {
    return {
      body: await logOut(context, asked.tokenHash, actorOf(asked)),
      cookies: settings.sessionCookies(''),
    }
  },
})

export const checkSessionEndpoint = endpoint({
  ...shared,
  method: 'HEAD',
  path: '/api/auth/check',
  access: 'visitor',
  // What a program has to know of itself.
  takesTokens: true,
  summary: 'Whether the session is alive',
  answers: { 204: { description: 'It is' }, 401: { description: 'It is not' } },
  handle: ({ session }) => ({ status: session ? 204 : 401 }),
})

export const getSessionEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: '/api/auth/session',
  access: 'visitor',
  // What a program has to know of itself.
  takesTokens: true,
  summary: 'Who is signed in',
  answers: ok(SessionAnswer, 'The account, or null without a session'),
  handle: ({ session }) => ({
    body: session ? { user: { id: session.userId, primary_email: session.email } } : null,
  }),
})

export const signInMethodsEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: '/api/auth/methods',
  access: 'anyone',
  takesTokens: true,
  summary: 'How one signs in here, and who may sign up',
  answers: ok(SignInMethods),
  handle: (_asked, { policy, signOn }) => ({
    body: {
      password: policy.passwordSignIn,
      sign_up: policy.signUp,
      single_sign_on: signOn ? { name: signOn.name } : null,
    },
  }),
})
