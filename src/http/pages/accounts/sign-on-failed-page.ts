import { Refusal, type RefusalReason } from '../../../actions/refusal.ts'
import { type SignOnFailure, SignOnFailed } from '../../../actions/accounts/single-sign-on.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'
import { type Html, html } from '../html.ts'
import { lockIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'
import { operatorContact } from '../operator-contact.ts'
import { signInPath, signOnPath } from './sign-in-paths.ts'

interface FailedPage {
  readonly status: number
  readonly html: Html
  readonly retryAfter?: number
}

/**
 * What to do where signing in by the provider came to nothing; undefined for errors that are none of it.
 *
 * @param name of the provider
 * @param contact of the operator
 */
export function signOnFailedPage(
  error: unknown,
  next: string,
  name: string,
  contact: string | undefined,
): FailedPage | undefined {
  if (error instanceof SignOnFailed) {
    const { status, title, text } = FAILURES[error.reason](name)
    const isLater = error.reason === 'unavailable'
    return { status, html: page(title, text, next), ...(isLater ? { retryAfter: 30 } : {}) }
  }
  const refused = error instanceof Refusal ? wordsOf(error.reason, name, contact) : undefined
  return refused && { status: refused.status, html: page(refused.title, refused.text, next) }
}

interface Words {
  readonly status: number
  readonly title: string
  readonly text: Html
}

const FAILURES: Record<SignOnFailure, (name: string) => Words> = {
  unavailable: (name) => ({
    status: 503,
    title: `${sentence(name)} doesn’t answer`,
    text: html`<p>It can’t be reached just now, or has a problem. Try again in a minute.</p>`,
  }),
  denied: (name) => ({
    status: 403,
    title: 'You are not signed in',
    text: html`<p>${sentence(name)} was left without signing in. Try again, or sign in another way.</p>`,
  }),
  invalid: () => ({
    status: 400,
    title: 'This sign-in can’t be finished',
    text: html`<p>
      It was begun in another browser, took longer than 10 minutes, or was finished before. Begin again.
    </p>`,
  }),
}

function wordsOf(reason: RefusalReason, name: string, contact: string | undefined): Words | undefined {
  switch (reason.code) {
    case 'sign-on-without-email':
      return {
        status: 403,
        title: 'Your email is missing',
        text: html`<p>
          ${sentence(name)} doesn’t tell your email address, which an account here needs. Add one there, then
          try again.
        </p>`,
      }
    case 'sign-on-email-unverified':
      return {
        status: 403,
        title: 'Your email isn’t confirmed',
        text: html`<p>
          There is an account with <strong>${reason.email}</strong>, and ${name} hasn’t confirmed that the
          address is yours. Confirm it there, or sign in here another way.
        </p>`,
      }
    case 'too-many-tries':
      return {
        status: 429,
        title: 'Too many new accounts',
        text: html`<p>
          Too many accounts were created from here. Please wait ${secondsInWords(reason.retryAfterSeconds)},
          then try again.
        </p>`,
      }
    case 'sign-up-closed':
      return {
        status: 403,
        title: 'You have no account here',
        text: html`<p>
          New accounts are closed. On this server ${operatorContact(contact)} creates them; ask for one.
        </p>`,
      }
    default:
      return undefined
  }
}

function page(title: string, text: Html, next: string): Html {
  return noticePage({
    title,
    icon: lockIcon,
    text,
    actions: html`<p class="actions">
      <a class="main-action" href="${signOnPath(next)}">Try again</a>
      <a class="other-action" href="${signInPath(next)}">Sign in another way</a>
    </p>`,
  })
}

/** A name at the beginning of a sentence. */
function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
