import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { personIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { signInPath, signUpPath } from '../accounts/sign-in-paths.ts'

/** The share is for certain people: who is it that asks? @param at of the page, to come back to */
export function signInToSeePage(at: PageAddress): Html {
  return noticePage({
    title: 'Sign in to see this chat',
    icon: personIcon,
    preview: genericPreview(at),
    text: html`<p>It was shared with certain people. Sign in with the email address it was shared with.</p>`,
    actions: html`<p class="actions">
      <a class="main-action" href="${signInPath(at.path)}">Sign in</a>
      <a class="other-action" href="${signUpPath(at.path)}">Create an account</a>
    </p>`,
  })
}
