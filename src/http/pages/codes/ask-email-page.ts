import type { LinkPreview } from '../document.ts'
import { emailField } from '../email-field.ts'
import { type Html, html } from '../html.ts'
import { personIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'

/** Asks for an email, to send a code to it. */
export function askEmailPage(asked: {
  readonly title: string
  readonly text: Html
  /** what the form is sent to */
  readonly action: string
  /** as it was entered the last time */
  readonly email?: string
  /** what is wrong with that */
  readonly problem?: Html | undefined
  readonly preview?: LinkPreview
  /** other ways */
  readonly other: Html
}): Html {
  const { title, text, action, email = '', problem, preview, other } = asked
  return noticePage({
    title,
    icon: personIcon,
    ...(preview ? { preview } : {}),
    text,
    actions: html`<form method="post" action="${action}">
        <div class="field">
          ${emailField(email, html` autocomplete="email" autofocus${problem && html` aria-invalid="true" aria-describedby="problem"`}`)}
          ${problem && html`<p id="problem" class="problem" role="alert">${problem}</p>`}
        </div>
        <button class="main-action">Send me a code</button>
      </form>
      <p class="other">${other}</p>`,
  })
}

export const NOT_AN_EMAIL = html`That is not an email address. Write it like ada@example.com.`
