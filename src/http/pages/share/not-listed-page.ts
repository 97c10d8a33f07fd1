import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { personOffIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { signInPath } from '../accounts/sign-in-paths.ts'

/** Signed in, but as somebody whom the chat isn't shared with. */
export function notListedPage(asked: {
  /** of the page, to come back to */
  readonly at: PageAddress
  /** of the account that one is signed in with */
  readonly email: string
  /** whether lists may count on the email */
  readonly isVerified: boolean
}): Html {
  return noticePage({
    title: 'Not shared with this account',
    icon: personOffIcon,
    preview: genericPreview(asked.at),
    text: html`<p>
        You are signed in as <strong>${asked.email}</strong>, and this chat isn’t shared with that address.
      </p>
      ${
        !asked.isVerified &&
        html`<p>
          The address isn’t verified yet, so it doesn’t count here. The operator of this server can verify it.
        </p>`
      }
      <p>Ask the person who sent you the link to add it, or use the account they shared it with.</p>`,
    actions: html`<p class="actions">
      <a class="main-action" href="${signInPath(asked.at.path)}">Use another account</a>
    </p>`,
  })
}
