import { type Html, html } from '../html.ts'
import { pauseIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'

/** Paused, expired or used up: which one is the owner's business. */
export function inactivePage(): Html {
  return noticePage({
    title: 'This link is paused or has expired',
    icon: pauseIcon,
    text: html`<p>
      The chat can’t be opened at the moment. If you need it, ask the person who sent you the link.
    </p>`,
  })
}
