import { normaliseEmail } from '../../accounts/email.ts'
import { type Html, html } from './html.ts'

/** How to reach the operator: "its operator (ops@example.com)", with a link where the contact is one. */
export function operatorContact(contact: string | undefined): Html {
  if (contact === undefined) return html`its operator`
  if (normaliseEmail(contact) !== undefined) {
    return html`its operator (<a href="mailto:${contact}">${contact}</a>)`
  }
  const isPage = /^https?:$/.test(URL.parse(contact)?.protocol ?? '')
  return isPage ? html`its operator (<a href="${contact}">${contact}</a>)` : html`its operator (${contact})`
}
