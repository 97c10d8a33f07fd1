import { type Html, html } from '../html.ts'
import { pageAssets } from '../page-assets.ts'

/** Shown by its script, where the browser knows passkeys and the page came under a name. */
export function passkeyButton(next: string): Html {
  return html`<div data-passkey="${next}" hidden>
    <p class="actions"><button type="button" class="other-action">Sign in with a passkey</button></p>
    <script src="${pageAssets().passkeyScript.url}"></script>
  </div>`
}
