import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'

/**
 * Ends what this browser has proved by codes: whoever uses it next is asked again.
 *
 * @param look `small` beside a line of text; `wide` among the buttons of a notice
 */
export function forgetForm(at: PageAddress, look: 'small' | 'wide'): Html {
  return html`<form method="post" action="${at.path}" class="${look === 'small' ? 'forget' : 'again'}">
    <button ${look === 'wide' && html`class="other-action"`} name="forget" value="1">Forget me here</button>
  </form>`
}
