import { type Html, html } from './html.ts'
import { alertIcon } from './icons.ts'
import { noticePage } from './notice-page.ts'

/** Where something else went wrong. @param message in a sentence, for whoever asked */
export function errorPage(message: string): Html {
  return noticePage({ title: 'That didn’t work', icon: alertIcon, text: html`<p>${message}</p>` })
}
