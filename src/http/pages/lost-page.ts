import { type Html, html } from './html.ts'
import { missingIcon } from './icons.ts'
import { noticePage } from './notice-page.ts'

/** For an address that is nothing here. */
export function lostPage(): Html {
  return noticePage({
    title: 'There is no such page',
    icon: missingIcon,
    text: html`<p>The address may be mistyped. Check that you have all of it.</p>`,
    actions: html`<p class="actions"><a class="main-action" href="/">Go to the start page</a></p>`,
  })
}
