import { type Html, html } from './html.ts'
import { mailIcon } from './icons.ts'
import { noticePage } from './notice-page.ts'
import { operatorContact } from './operator-contact.ts'

/** What needs mail, on a server that sends none. @param what the operator can do instead */
export function noMailPage(what: string, contact: string | undefined): Html {
  return noticePage({
    title: 'This server sends no mail',
    icon: mailIcon,
    text: html`<p>Ask ${operatorContact(contact)} to ${what}.</p>`,
    actions: html`<p class="actions"><a class="main-action" href="/">To the start page</a></p>`,
  })
}
