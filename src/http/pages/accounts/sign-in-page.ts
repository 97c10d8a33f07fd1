import type { Static } from 'typebox'
import type { Context } from '../../../actions/context.ts'
import { WRONG_CREDENTIALS } from '../../../accounts/password.ts'
import { logIn } from '../../../actions/accounts/log-in.ts'
import type { RefusalReason } from '../../../actions/refusal.ts'
import { LoginBody } from '../../../contract/accounts.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { checkOf } from '../../input/validate.ts'
import { goOn, orShowAgain, showPage } from './account-answers.ts'
import { accountFormPage } from './account-form.ts'
import { AccountForm, accountPage, pageAnswers } from './account-pages.ts'
import { type Html, html } from '../html.ts'
import { signUpWay } from '../../../actions/accounts/sign-up-way.ts'
import { operatorContact } from '../operator-contact.ts'
import { nextPath } from './next-path.ts'
import { passkeyButton } from './passkey-button.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'
import { codeSignInPath, signInPath, signUpPath } from './sign-in-paths.ts'
import { signOnButton, signOnOnlyPage } from './sign-on-button.ts'

const shared = { ...accountPage, path: '/sign-in' } as const
const checkBody = checkOf(LoginBody, 'body')

export const signInPageEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'The page to sign in',
  description: '`next` is the path on this server to go to after.',
  answers: {
    ...pageAnswers,
    303: { description: 'To the page where one signs in by a code, and by nothing else' },
  },
  handle({ query, session }, context) {
    const next = nextPath(query.next)
    const { policy, signOn, outbox } = context
    if (!policy.passwordSignIn && !signOn && outbox) {
      return { status: 303, headers: { location: codeSignInPath(next) } }
    }
    return showPage(signInPage(context, { next, signedInAs: session?.email }))
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
      (reason) =>
        signInPage(context, { next, signedInAs: session?.email, sent: body, problem: problemOf(reason) }),
    )
  },
})

type Problem = Parameters<typeof accountFormPage>[0]['problem']

function signInPage(
  context: Context,
  asked: {
    readonly next: string
    readonly signedInAs: string | undefined
    readonly sent?: Static<typeof AccountForm>
    readonly problem?: Problem
  },
): Html {
  const { policy, signOn, outbox } = context
  const { next, signedInAs, sent, problem } = asked
  const operator = operatorContact(policy.operatorContact)
  const intro =
    signedInAs === undefined
      ? html``
      : html`<p>
          You are signed in as <strong>${signedInAs}</strong>. <a href="${next}">Continue like that</a>, or
          sign in as somebody else.
        </p>`
  if (!policy.passwordSignIn && signOn) {
    const other = outbox && html`<a href="${codeSignInPath(next)}">Sign in with a code from a mail</a>`
    return signOnOnlyPage({
      title: 'Sign in',
      text: intro,
      signOn,
      next,
      besides: passkeyButton(next),
      ...(other ? { other } : {}),
    })
  }
  return accountFormPage({
    title: 'Sign in',
    intro,
    action: signInPath(next),
    email: sent?.email ?? '',
    password: { autocomplete: 'current-password' },
    submit: 'Sign in',
    besides: html`${signOnButton(signOn, next)}${passkeyButton(next)}`,
    ...(problem ? { problem } : {}),
    other: html`Forgotten your password?
      ${
        outbox
          ? html`<a href="${codeSignInPath(next)}">Sign in with a code</a>`
          : html`This server sends no mail: ask ${operator} to set a new one.`
      }<br />New here?
      ${
        signUpWay(context) === 'none'
          ? html`On this server ${operator} creates accounts.`
          : html`<a href="${signUpPath(next)}">Create an account</a>`
      }`,
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
