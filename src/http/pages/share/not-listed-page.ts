import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { checkIcon, personOffIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'
import { signInPath } from '../accounts/sign-in-paths.ts'
import { forgetForm } from './forget-form.ts'

/** Somebody has proved who they are, and the chat isn't shared with them. */
export function notListedPage(asked: {
  /** of the page, to come back to */
  readonly at: PageAddress
  /** what they have proved */
  readonly emails: readonly string[]
  readonly sendsMail: boolean
  /** this browser has proved some of them by itself */
  readonly isProvedHere: boolean
}): Html {
  const { at, emails, sendsMail, isProvedHere } = asked
  const [first, ...others] = emails.map((email) => html`<strong>${email}</strong>`)
  return noticePage({
    title: 'Not shared with you',
    icon: personOffIcon,
    preview: genericPreview(at),
    text: html`<p>
        You have confirmed ${first}${others.map((email) => html`, ${email}`)}, and this chat isn’t shared with
        ${others.length === 0 ? 'that address' : 'any of these addresses'}.
      </p>
      <p>
        You can ask the owner to let you in; they see your address then. Or use the address that it was shared
        with.
      </p>`,
    actions: html`<form method="post" action="${at.path}">
        <button class="main-action" name="request" value="1">Ask to be let in</button>
      </form>
      ${
        sendsMail
          ? html`<form method="post" action="${at.path}" class="again">
              <button class="other-action" name="email" value="">Use another address</button>
            </form>`
          : html`<p class="actions">
              <a class="other-action" href="${signInPath(at.path)}">Use another account</a>
            </p>`
      }${isProvedHere && forgetForm(at, 'wide')}`,
  })
}

/** The owner knows that somebody would like to read the chat. */
export function requestedPage(at: PageAddress, email: string): Html {
  return noticePage({
    title: 'The owner has your request',
    icon: checkIcon,
    preview: genericPreview(at),
    text: html`<p>
      They see that <strong>${email}</strong> asks to read this chat, and may add you. Then the link opens
      with that address. You can ask once a day.
    </p>`,
    actions: html`<p class="actions"><a class="other-action" href="${at.path}">Try the link again</a></p>`,
  })
}
