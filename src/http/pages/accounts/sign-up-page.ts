import type { Static } from 'typebox'
import { COMMON_PASSWORD, PASSWORD_HINT, PASSWORD_RULE } from '../../../accounts/password.ts'
import type { Context } from '../../../actions/context.ts'
import type { RefusalReason } from '../../../actions/refusal.ts'
import { signUp } from '../../../actions/accounts/sign-up.ts'
import { signUpWay } from '../../../actions/accounts/sign-up-way.ts'
import { SignUpBody } from '../../../contract/accounts.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { checkOf } from '../../input/validate.ts'
import { goOn, orShowAgain, showPage } from './account-answers.ts'
import { accountFormPage } from './account-form.ts'
import { AccountForm, accountPage, pageAnswers } from './account-pages.ts'
import { type Html, html } from '../html.ts'
import { lockIcon } from '../icons.ts'
import { operatorContact } from '../operator-contact.ts'
import { nextPath } from './next-path.ts'
import { noticePage } from '../notice-page.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'
import { codeSignInPath, signInPath, signUpPath } from './sign-in-paths.ts'
import { signOnButton, signOnOnlyPage } from './sign-on-button.ts'

const shared = { ...accountPage, path: '/sign-up' } as const
const checkBody = checkOf(SignUpBody, 'body')

export const signUpPageEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'The page to create an account',
  description: '`next` is the path on this server to go to after.',
  answers: {
    ...pageAnswers,
    303: { description: 'To the page where a code makes the account' },
    403: { description: 'Sign-up is closed' },
  },
  handle({ query }, context) {
    const next = nextPath(query.next)
    const way = signUpWay(context)
    if (way === 'none') return showPage(closedPage(next, context.policy.operatorContact), 403)
    if (way === 'code') return { status: 303, headers: { location: codeSignInPath(next) } }
    return showPage(signUpPage(context, { next }))
  },
})

export const signUpFormEndpoint = endpoint({
  ...shared,
  method: 'POST',
  summary: 'Create an account by the form, sign in, and go on to `next`',
  body: [AccountForm],
  takesForms: true,
  bodyLimit: 64 * 1024,
  answers: { ...pageAnswers, 303: { description: 'Signed in' } },
  handle({ query, body, tokenHash, from }, context, settings) {
    const next = nextPath(query.next)
    return orShowAgain(
      async () => goOn(await signUp(context, checkBody(body), tokenHash, from), next, settings),
      (reason) =>
        reason.code === 'sign-up-closed'
          ? closedPage(next, context.policy.operatorContact)
          : signUpPage(context, {
              next,
              sent: body,
              problem: problemOf(reason, next, context.outbox !== undefined),
            }),
    )
  },
})

type Problem = Parameters<typeof accountFormPage>[0]['problem']

function signUpPage(
  context: Context,
  asked: { readonly next: string; readonly sent?: Static<typeof AccountForm>; readonly problem?: Problem },
): Html {
  const { policy, signOn } = context
  const { next, sent, problem } = asked
  const other = html`Have one already? <a href="${signInPath(next)}">Sign in</a>`
  if (signOn && signUpWay(context) === 'sign-on') {
    const text = html`<p>Your account is made when you sign in with ${signOn.name} for the first time.</p>`
    return signOnOnlyPage({
      title: 'Create an account',
      text,
      signOn,
      next,
      ...(policy.passwordSignIn ? { other } : {}),
    })
  }
  return accountFormPage({
    title: 'Create an account',
    intro: html``,
    action: signUpPath(next),
    email: sent?.email ?? '',
    password: { autocomplete: 'new-password', hint: PASSWORD_HINT },
    submit: 'Create the account',
    besides: signOnButton(signOn, next),
    ...(problem ? { problem } : {}),
    other,
  })
}

function closedPage(next: string, contact: string | undefined): Html {
  return noticePage({
    title: 'New accounts are closed',
    icon: lockIcon,
    text: html`<p>On this server ${operatorContact(contact)} creates accounts; ask for one.</p>`,
    actions: html`<p class="actions"><a class="main-action" href="${signInPath(next)}">Sign in</a></p>`,
  })
}

function problemOf(reason: RefusalReason, next: string, sendsMail: boolean): Problem {
  switch (reason.code) {
    case 'email-taken':
      return {
        message: html`This email has an account already: <a href="${signInPath(next)}">sign in</a> instead.${
            sendsMail &&
            html` If it isn’t yours, but the email is:
              <a href="${codeSignInPath(next)}">sign in with a code</a>, and it becomes yours.`
          }`,
        field: 'email',
      }
    case 'invalid-input':
      return reason.issues.some(({ path }) => path[0] === 'email')
        ? { message: html`Enter an email address, such as ada@example.com.`, field: 'email' }
        : { message: html`${isCommon(reason.issues) ? COMMON_PASSWORD : PASSWORD_RULE}`, field: 'password' }
    case 'too-many-tries':
      return {
        message: html`Too many accounts were created from here. Please wait
        ${secondsInWords(reason.retryAfterSeconds)}, then try again.`,
      }
    default:
      return { message: html`That didn’t work. Please try again.` }
  }
}

function isCommon(issues: readonly { readonly code: string }[]): boolean {
  return issues.some(({ code }) => code === 'common_password')
}
