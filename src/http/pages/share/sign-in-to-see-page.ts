import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { personIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { signInPath, signUpPath } from '../accounts/sign-in-paths.ts'
import { operatorContact } from '../operator-contact.ts'

/** The share is for certain people, who prove it by signing in: who is it that asks? */
export function signInToSeePage(asked: {
  /** of the page, to come back to */
  readonly at: PageAddress
  /** only addresses that the operator has verified count here */
  readonly needsOperator: boolean
  readonly contact: string | undefined
}): Html {
  const { at, needsOperator, contact } = asked
  return noticePage({
    title: 'Sign in to see this chat',
    icon: personIcon,
    preview: genericPreview(at),
    text: html`<p>It was shared with certain people. Sign in with the email address it was shared with.</p>
      ${
        needsOperator &&
        html`<p>
          The address has to be verified. This server sends no mail, so ${operatorContact(contact)} does that.
          Or ask the person who sent you the link to share the chat in another way, such as with a password.
        </p>`
      }`,
    actions: html`<p class="actions">
      <a class="main-action" href="${signInPath(at.path)}">Sign in</a>
      <a class="other-action" href="${signUpPath(at.path)}">Create an account</a>
    </p>`,
  })
}
