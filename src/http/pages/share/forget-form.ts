import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'

/** Ends what this browser has proved by codes: whoever uses it next is asked again. */
export function forgetForm(at: PageAddress): Html {
  return html`<form method="post" action="${at.path}" class="forget">
    <button name="forget" value="1">Forget me here</button>
  </form>`
}
