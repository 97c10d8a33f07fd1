import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { personIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { signInPath, signOnPath, signUpPath } from '../accounts/sign-in-paths.ts'
import { operatorContact } from '../operator-contact.ts'

/** The share is for certain people, who prove it by signing in: who is it that asks? */
export function signInToSeePage(asked: {
  /** of the page, to come back to */
  readonly at: PageAddress
  /** only addresses that the operator has verified count here */
  readonly needsOperator: boolean
  readonly contact: string | undefined
  /** the provider that verifies addresses, where nothing else does */
  readonly provider: string | undefined
  /** who has no account makes one by themselves */
  readonly canSignUp: boolean
}): Html {
  const { at, needsOperator, contact, provider, canSignUp } = asked
  return noticePage({
    title: 'Sign in to see this chat',
    icon: personIcon,
    preview: genericPreview(at),
    text: html`<p>It was shared with certain people. Sign in with the email address it was shared with.</p>
      ${
        provider !== undefined &&
        html`<p>The address has to be verified: signing in with ${provider} does that.</p>`
      }
      ${
        needsOperator &&
        html`<p>
          The address has to be verified. This server sends no mail, so ${operatorContact(contact)} does that.
          Or ask the person who sent you the link to share the chat in another way, such as with a password.
        </p>`
      }`,
    actions: html`<p class="actions">
      ${
        provider === undefined
          ? html`<a class="main-action" href="${signInPath(at.path)}">Sign in</a> ${
                canSignUp && html`<a class="other-action" href="${signUpPath(at.path)}">Create an account</a>`
              }`
          : html`<a class="main-action" href="${signOnPath(at.path)}">Continue with ${provider}</a>
              <a class="other-action" href="${signInPath(at.path)}">Sign in another way</a>`
      }
    </p>`,
  })
}
