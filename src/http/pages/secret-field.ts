import { type Html, html } from './html.ts'
import { eyeIcon } from './icons.ts'

/** A field for a password, and a button that shows what is typed where there is script. */
export function secretField(attributes: Html): Html {
  return html`<div class="secret">
    <input id="password" name="password" type="password" required${attributes} />
    <button
      type="button"
      class="other-action needs-script"
      data-action="show"
      aria-pressed="false"
      aria-label="Show what is typed"
    >
      ${eyeIcon}
    </button>
  </div>`
}
