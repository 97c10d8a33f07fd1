import { logIn } from '../../actions/accounts/log-in.ts'
import { logOut } from '../../actions/accounts/log-out.ts'
import { signUp } from '../../actions/accounts/sign-up.ts'
import type { StartedSession } from '../../actions/accounts/start-session.ts'
import { LoginBody, SessionAnswer, SignedIn, SignUpBody } from '../../contract/accounts.ts'
import { Type } from 'typebox'
import { actorOf } from '../input/actor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import type { Answer } from '../pipeline/answer.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { presentSignedIn } from '../output/present.ts'
import { authError, forbidden, invalid, ok, okWithCookie, tooManyTries } from './documented.ts'

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
  summary: 'Sign in',
  body: [LoginBody],
  takesForms: true,
  answers: {
    ...okWithCookie(SignedIn, 'Signed in', 'the session'),
    ...invalid,
    ...authError(401, 'Invalid credentials'),
    ...tooManyTries,
  },
  async handle({ body, tokenHash, from }, context, settings) {
    return signedIn(await logIn(context, body, tokenHash, from), settings)
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
  summary: 'Whether the session is alive',
  answers: { 204: { description: 'It is' }, 401: { description: 'It is not' } },
  handle: ({ session }) => ({ status: session ? 204 : 401 }),
})

export const getSessionEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: '/api/auth/session',
  access: 'visitor',
  summary: 'Who is signed in',
  answers: ok(SessionAnswer, 'The account, or null without a session'),
  handle: ({ session }) => ({
    body: session ? { user: { id: session.userId, primary_email: session.email } } : null,
  }),
})
