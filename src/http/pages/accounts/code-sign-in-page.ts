import type { Static } from 'typebox'
import { normaliseEmail } from '../../../accounts/email.ts'
import { PASSWORD_RULE } from '../../../accounts/password.ts'
import { changeAccount } from '../../../actions/accounts/account.ts'
import { askToSignIn, signInByCode } from '../../../actions/accounts/sign-in-by-code.ts'
import { signUpWay } from '../../../actions/accounts/sign-up-way.ts'
import type { Context } from '../../../actions/context.ts'
import { Refusal } from '../../../actions/refusal.ts'
import { NewPasswordBody } from '../../../contract/accounts.ts'
import { actorOf } from '../../input/actor.ts'
import { checkOf } from '../../input/validate.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { askEmailPage, NOT_AN_EMAIL } from '../codes/ask-email-page.ts'
import { type CodeProblem, enterCodePage, sentText } from '../codes/enter-code-page.ts'
import { type Html, html } from '../html.ts'
import { noMailPage } from '../no-mail-page.ts'
import { goOn, orShowAgain, showPage } from './account-answers.ts'
import { accountPage, CodeForm, NewPasswordForm, pageAnswers } from './account-pages.ts'
import { newPasswordPage } from './new-password-page.ts'
import { nextPath } from './next-path.ts'
import { passkeyButton } from './passkey-button.ts'
import { codeSignInPath, newPasswordPath, signInPath } from './sign-in-paths.ts'

// Signing in without a password, by a code that is sent by mail; and setting the password that was forgotten.

const byCode = { ...accountPage, path: '/sign-in/code' } as const
const forms = { method: 'POST', takesForms: true, bodyLimit: 64 * 1024 } as const

export const codeSignInPageEndpoint = endpoint({
  ...byCode,
  method: 'GET',
  summary: 'The page to sign in by a code',
  description: '`next` is the path on this server to go to after.',
  answers: pageAnswers,
  handle({ query }, context) {
    const next = nextPath(query.next)
    return context.outbox ? showPage(emailPage(context, next)) : noMail(context.policy.operatorContact)
  },
})

export const codeSignInFormEndpoint = endpoint({
  ...byCode,
  ...forms,
  summary: 'Have a code sent; with the code, sign in and go on',
  body: [CodeForm],
  answers: { ...pageAnswers, 303: { description: 'Signed in' } },
  async handle({ query, body, tokenHash, from, request }, context, settings) {
    const next = nextPath(query.next)
    if (!context.outbox) return noMail(context.policy.operatorContact)
    const { email = '', code } = body
    if (normaliseEmail(email) === undefined) return showPage(emailPage(context, next, body), 400)
    if (code === undefined) {
      askToSignIn(context, email, settings.pageOrigin(request), from)
      return showPage(codePage(context, next, email))
    }
    const after = context.policy.passwordSignIn ? newPasswordPath(next) : next
    return orShowAgain(
      async () => goOn(await signInByCode(context, { email, code }, tokenHash, from), after, settings),
      (reason) =>
        codePage(
          context,
          next,
          email,
          reason.code === 'too-many-tries' ? { retryAfterSeconds: reason.retryAfterSeconds } : 'wrong',
        ),
    )
  },
})

export const newPasswordPageEndpoint = endpoint({
  ...accountPage,
  path: '/sign-in/new-password',
  method: 'GET',
  summary: 'The page to set a new password after signing in by a code',
  answers: { ...pageAnswers, 303: { description: 'Not signed in' } },
  handle({ query, session }) {
    const next = nextPath(query.next)
    if (!session) return { status: 303, headers: { location: signInPath(next) } }
    return showPage(newPasswordPage({ action: newPasswordPath(next), next, email: session.email }))
  },
})

const checkPassword = checkOf(NewPasswordBody, 'body')

export const newPasswordFormEndpoint = endpoint({
  ...accountPage,
  ...forms,
  path: '/sign-in/new-password',
  summary: 'Set a new password within 10 minutes of signing in by a code',
  body: [NewPasswordForm],
  answers: { ...pageAnswers, 303: { description: 'Set; on to `next`' } },
  handle(asked, context, settings) {
    const { query, body, session, from, request } = asked
    const next = nextPath(query.next)
    if (!session) return { status: 303, headers: { location: signInPath(next) } }
    return orShowAgain(
      async () => {
        const origin = settings.pageOrigin(request)
        const input = { password: checkPassword(body).password, currentPassword: undefined, origin }
        const changed = await changeAccount(context, session, input, from, actorOf(asked))
        if (!changed.session) throw new Refusal({ code: 'no-session' })
        return goOn(changed.session, next, settings)
      },
      ({ code }) => {
        const problem =
          code === 'invalid-input'
            ? html`${PASSWORD_RULE}`
            : html`The time for this is over. <a href="${codeSignInPath(next)}">Sign in with a new code</a>,
                then set it within 10 minutes.`
        return newPasswordPage({ action: newPasswordPath(next), next, email: session.email, problem })
      },
    )
  },
})

function emailPage(context: Context, next: string, sent?: Static<typeof CodeForm>): Html {
  const { policy, signOn } = context
  const text = policy.passwordSignIn
    ? html`No password at hand, or forgotten? Enter the address of your account, and we send you a code. You
      can set a new password after.`
    : html`Enter your address, and we send you a code to sign in
      with.${signUpWay(context) === 'code' && ' If you are new here, it makes your account.'}`
  return askEmailPage({
    title: policy.passwordSignIn ? 'Sign in with a code' : 'Sign in',
    text: html`<p>${text}</p>`,
    action: codeSignInPath(next),
    email: sent?.email ?? '',
    problem: sent?.email ? NOT_AN_EMAIL : undefined,
    other:
      policy.passwordSignIn || signOn
        ? html`<a href="${signInPath(next)}">
            ${policy.passwordSignIn ? 'Sign in with your password' : 'Sign in another way'}</a
          >`
        : passkeyButton(next),
  })
}

function codePage(context: Context, next: string, email: string, problem?: CodeProblem): Html {
  const makesAccounts = signUpWay(context) === 'code'
  return enterCodePage({
    text: sentText(email, makesAccounts ? undefined : 'there is an account with this address'),
    action: codeSignInPath(next),
    email,
    problem,
    submit: 'Sign in',
    other: html`<a href="${codeSignInPath(next)}">Use another address</a>`,
  })
}

function noMail(contact: string | undefined) {
  return showPage(noMailPage('set a new password for you', contact), 503)
}
