import type { PageAddress } from '../document.ts'
import { signInPath } from '../accounts/sign-in-paths.ts'
import { askEmailPage, NOT_AN_EMAIL } from '../codes/ask-email-page.ts'
import { type CodeProblem, enterCodePage, sentText } from '../codes/enter-code-page.ts'
import { type Html, html } from '../html.ts'
import { genericPreview } from '../notice-page.ts'

// The share is for certain people, and the server sends mail: who can read one of their mails is one of them.

/** Asks for the reader's email. */
export function askReadersEmail(asked: {
  /** of the page itself, which the form is sent to */
  readonly at: PageAddress
  readonly email?: string
  readonly isNoEmail?: boolean
}): Html {
  const { at, email = '', isNoEmail = false } = asked
  return askEmailPage({
    title: 'Who are you?',
    text: html`<p>
      This chat was shared with certain people. Enter the email address it was shared with, and we send you a
      code to open it. You need no account.
    </p>`,
    action: at.path,
    email,
    problem: isNoEmail ? NOT_AN_EMAIL : undefined,
    preview: genericPreview(at),
    other: html`Have an account here? <a href="${signInPath(at.path)}">Sign in</a>`,
  })
}

/** Asks for the code, whether or not one was sent. */
export function askReadersCode(asked: {
  readonly at: PageAddress
  readonly email: string
  readonly problem?: CodeProblem
}): Html {
  const { at, email, problem } = asked
  return enterCodePage({
    text: sentText(email, 'the chat is shared with this address'),
    action: at.path,
    email,
    problem,
    submit: 'Open the chat',
    preview: genericPreview(at),
    other: html`<a href="${at.path}">Use another address</a>`,
  })
}
