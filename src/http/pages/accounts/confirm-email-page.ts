import { askToConfirm, confirmEmail } from '../../../actions/accounts/confirm-email.ts'
import { actorOf } from '../../input/actor.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { type CodeProblem, enterCodePage } from '../codes/enter-code-page.ts'
import { type Html, html } from '../html.ts'
import { mailIcon } from '../icons.ts'
import { noMailPage } from '../no-mail-page.ts'
import { noticePage } from '../notice-page.ts'
import { orShowAgain, showPage } from './account-answers.ts'
import { accountPage, CodeForm, pageAnswers } from './account-pages.ts'
import { nextPath } from './next-path.ts'
import { confirmEmailPath, signInPath } from './sign-in-paths.ts'

// Confirming that the account's address is one's own, by a code that is sent to it.

const shared = { ...accountPage, path: '/confirm-email' } as const
const answers = { ...pageAnswers, 303: { description: 'Confirmed, or not signed in' } }

export const confirmEmailPageEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'The page to confirm the address of the account',
  description: '`next` is the path on this server to go to after.',
  answers,
  handle({ query, session }, context) {
    const next = nextPath(query.next)
    if (!session) return { status: 303, headers: { location: signInPath(confirmEmailPath(next)) } }
    if (session.isVerified) return { status: 303, headers: { location: next } }
    if (!context.outbox) return showPage(noMail(context.policy.operatorContact), 503)
    return showPage(askPage(next, session.email))
  },
})

export const confirmEmailFormEndpoint = endpoint({
  ...shared,
  method: 'POST',
  summary: 'Have a code sent to the address; with the code, confirm it and go on',
  body: [CodeForm],
  takesForms: true,
  bodyLimit: 64 * 1024,
  answers,
  async handle(asked, context, settings) {
    const { query, body, session, from, request } = asked
    const next = nextPath(query.next)
    if (!session) return { status: 303, headers: { location: signInPath(confirmEmailPath(next)) } }
    if (!context.outbox) return showPage(noMail(context.policy.operatorContact), 503)
    const { userId, email } = session
    const { code } = body
    if (code === undefined) {
      await askToConfirm(context, userId, settings.pageOrigin(request), from)
      return showPage(codePage(next, email))
    }
    return orShowAgain(
      async () => {
        await confirmEmail(context, userId, code, from, actorOf(asked))
        return { status: 303, headers: { location: next } }
      },
      (reason) =>
        codePage(
          next,
          email,
          reason.code === 'too-many-tries' ? { retryAfterSeconds: reason.retryAfterSeconds } : 'wrong',
        ),
    )
  },
})

function askPage(next: string, email: string): Html {
  return noticePage({
    title: 'Confirm your address',
    icon: mailIcon,
    text: html`<p>
      We send a code to <strong>${email}</strong>. Once you have entered it here, chats that are shared with
      this address open for you.
    </p>`,
    actions: html`<form method="post" action="${confirmEmailPath(next)}">
        <button class="main-action">Send me a code</button>
      </form>
      <p class="other">Not your address? <a href="/account">Change it</a></p>`,
  })
}

function codePage(next: string, email: string, problem?: CodeProblem): Html {
  return enterCodePage({
    text: html`<p>
        A mail with a code is on its way to <strong>${email}</strong>. It takes a minute at most.
      </p>
      <p>Nothing there? Look among the spam.</p>`,
    action: confirmEmailPath(next),
    email,
    problem,
    submit: 'Confirm',
    other: html`Not your address? <a href="/account">Change it</a>`,
  })
}

function noMail(contact: string | undefined): Html {
  return noMailPage('verify your address', contact)
}
