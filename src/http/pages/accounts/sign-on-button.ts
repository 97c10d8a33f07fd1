import type { SingleSignOn } from '../../../actions/accounts/single-sign-on.ts'
import { type Html, html } from '../html.ts'
import { mark } from '../icons.ts'
import { noticePage } from '../notice-page.ts'
import { signOnPath } from './sign-in-paths.ts'

/** The way in by a provider; nothing where there is none. */
export function signOnButton(signOn: SingleSignOn | undefined, next: string): Html {
  if (!signOn) return html``
  return html`<p class="actions">
    <a class="other-action" href="${signOnPath(next)}">Continue with ${signOn.name}</a>
  </p>`
}

/** Where a provider is the only way in, or the only way to an account. */
export function signOnOnlyPage(page: {
  readonly title: string
  readonly text: Html
  readonly signOn: SingleSignOn
  readonly next: string
  /** other ways in */
  readonly besides?: Html
  /** the way to sign in otherwise */
  readonly other?: Html
}): Html {
  const { title, text, signOn, next, besides, other } = page
  return noticePage({
    title,
    icon: mark,
    text,
    actions: html`<p class="actions">
        <a class="main-action" href="${signOnPath(next)}">Continue with ${signOn.name}</a>
      </p>
      ${besides} ${other && html`<p class="other">${other}</p>`}`,
  })
}
