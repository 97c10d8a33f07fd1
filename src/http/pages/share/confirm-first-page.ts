import type { PageAddress } from '../document.ts'
import { confirmEmailPath, signInPath, signOnPath } from '../accounts/sign-in-paths.ts'
import { type Html, html } from '../html.ts'
import { mailIcon, personOffIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { operatorContact } from '../operator-contact.ts'

/**
 * Signed in with an address that nobody has confirmed. It says the same whether or not the chat is shared with that
 * address: else anyone could ask the list by signing up under one address after the other.
 */
export function confirmFirstPage(asked: {
  /** of the page, to come back to */
  readonly at: PageAddress
  /** of the account that one is signed in with */
  readonly email: string
  readonly sendsMail: boolean
  readonly contact: string | undefined
  /** the provider that verifies addresses too */
  readonly provider: string | undefined
}): Html {
  const { at, email, sendsMail, contact, provider } = asked
  const who = html`<p>
    You are signed in as <strong>${email}</strong>. This chat was shared with certain people, and your address
    isn’t confirmed yet.
  </p>`
  const preview = genericPreview(at)
  const another = html`<a class="other-action" href="${signInPath(at.path)}">Use another account</a>`
  if (!sendsMail && provider !== undefined) {
    return noticePage({
      title: 'Confirm your address first',
      icon: personOffIcon,
      preview,
      text: html`${who}
        <p>
          Signing in with ${provider} confirms it, where it is your address there. If the chat is shared with
          it, it opens then.
        </p>`,
      actions: html`<p class="actions">
        <a class="main-action" href="${signOnPath(at.path)}">Continue with ${provider}</a> ${another}
      </p>`,
    })
  }
  if (!sendsMail) {
    return noticePage({
      title: 'Your address isn’t confirmed',
      icon: personOffIcon,
      preview,
      text: html`${who}
        <p>
          This server sends no mail, so you can’t do that yourself: ask ${operatorContact(contact)} to verify
          your address, or the person who sent you the link to share the chat in another way.
        </p>`,
      actions: html`<p class="actions">${another}</p>`,
    })
  }
  return noticePage({
    title: 'Confirm your address first',
    icon: mailIcon,
    preview,
    text: html`${who}
      <p>Confirm it by a code that we send you. If the chat is shared with it, it opens then.</p>`,
    actions: html`<p class="actions">
        <a class="main-action" href="${confirmEmailPath(at.path)}">Confirm my address</a>
      </p>
      <form method="post" action="${at.path}" class="again">
        <button class="other-action" name="email" value="">It was shared with another address</button>
      </form>`,
  })
}
