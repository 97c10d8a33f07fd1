import type { Static } from 'typebox'
import { WRONG_CREDENTIALS } from '../../../accounts/password.ts'
import { logIn } from '../../../actions/accounts/log-in.ts'
import type { RefusalReason } from '../../../actions/refusal.ts'
import { LoginBody } from '../../../contract/accounts.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { checkOf } from '../../input/validate.ts'
import { goOn, orShowAgain, showPage } from './account-answers.ts'
import { accountFormPage } from './account-form.ts'
import { AccountForm, NextQuery, pageAnswers } from './account-pages.ts'
import { type Html, html } from '../html.ts'
import { nextPath } from './next-path.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'
import { signInPath, signUpPath } from './sign-in-paths.ts'

const shared = {
  path: '/sign-in',
  access: 'visitor',
  tag: 'Pages',
  query: NextQuery,
  errors: 'page',
} as const
const checkBody = checkOf(LoginBody, 'body')

export const signInPageEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'The page to sign in',
  description: '`next` is the path on this server to go to after.',
  answers: pageAnswers,
  handle({ query, session }) {
    return showPage(signInPage({ next: nextPath(query.next), signedInAs: session?.email }))
  },
})

export const signInFormEndpoint = endpoint({
  ...shared,
  method: 'POST',
  summary: 'Sign in by the form, and go on to `next`',
  body: [AccountForm],
  takesForms: true,
  bodyLimit: 64 * 1024,
  answers: { ...pageAnswers, 303: { description: 'Signed in' } },
  handle({ query, body, tokenHash, from, session }, context, settings) {
    const next = nextPath(query.next)
    return orShowAgain(
      async () => goOn(await logIn(context, checkBody(body), tokenHash, from), next, settings),
      (reason) => signInPage({ next, signedInAs: session?.email, sent: body, problem: problemOf(reason) }),
    )
  },
})

type Problem = Parameters<typeof accountFormPage>[0]['problem']

function signInPage(asked: {
  readonly next: string
  readonly signedInAs: string | undefined
  readonly sent?: Static<typeof AccountForm>
  readonly problem?: Problem
}): Html {
  const { next, signedInAs, sent, problem } = asked
  return accountFormPage({
    title: 'Sign in',
    intro:
      signedInAs === undefined
        ? html``
        : html`<p>
            You are signed in as <strong>${signedInAs}</strong>. <a href="${next}">Continue like that</a>, or
            sign in as somebody else.
          </p>`,
    action: signInPath(next),
    email: sent?.email ?? '',
    password: { autocomplete: 'current-password' },
    submit: 'Sign in',
    ...(problem ? { problem } : {}),
    other: html`New here? <a href="${signUpPath(next)}">Create an account</a>`,
  })
}

function problemOf(reason: RefusalReason): Problem {
  switch (reason.code) {
    case 'invalid-credentials':
      return {
        message: html`${WRONG_CREDENTIALS}`,
        field: 'password',
      }
    case 'too-many-tries':
      return {
        message: html`Too many tries. Please wait ${secondsInWords(reason.retryAfterSeconds)}, then try again.`,
      }
    case 'invalid-input':
      return {
        message: html`Enter your email address, such as ada@example.com, and your password.`,
        field: 'email',
      }
    default:
      return { message: html`That didn’t work. Please try again.` }
  }
}
