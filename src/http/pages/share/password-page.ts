import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { lockIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { secretField } from '../secret-field.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'

export interface PasswordPage {
  /** of the page itself, which the form is sent to */
  readonly at: PageAddress
  /** the last password wasn't right */
  readonly wasWrong?: boolean
  /** there when the tries are used up */
  readonly retryAfterSeconds?: number
}

/** "Enter the password", also after a wrong one and after too many. */
export function passwordPage({ at, wasWrong = false, retryAfterSeconds }: PasswordPage): Html {
  const problem =
    retryAfterSeconds !== undefined
      ? html`Too many tries. Please wait ${secondsInWords(retryAfterSeconds)}, then try again.`
      : wasWrong && html`That is not the password. Check for capitals and spaces, and try again.`
  const hasProblem = problem !== false
  return noticePage({
    title: 'Enter the password',
    icon: lockIcon,
    preview: genericPreview(at),
    text: html`<p>This chat was shared with a password. Ask the person who sent you the link for it.</p>`,
    actions: html`<form method="post" action="${at.path}">
      <div class="field">
        <label for="password">Password</label>
        ${secretField(
          html` autocomplete="current-password"
          autofocus${hasProblem && html` aria-invalid="true" aria-describedby="problem"`}`,
        )}
        ${hasProblem && html`<p id="problem" class="problem" role="alert">${problem}</p>`}
      </div>
      <button class="main-action">Open the chat</button>
    </form>`,
  })
}
