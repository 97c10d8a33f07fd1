import { MAX_EMAIL_LENGTH } from '../../accounts/email.ts'
import { type Html, html } from './html.ts'

/** A field for an email, which the server checks. @param attributes more of them */
export function emailField(value: string, attributes: Html): Html {
  return html`<label for="email">Email</label>
    <input
      id="email"
      name="email"
      type="text"
      inputmode="email"
      autocapitalize="none"
      spellcheck="false"
      value="${value}"
      maxlength="${MAX_EMAIL_LENGTH}"
      required${attributes}
    />`
}
