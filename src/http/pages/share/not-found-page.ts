import { type Html, html } from '../html.ts'
import { missingIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'

export function notFoundPage(): Html {
  return noticePage({
    title: 'There is no such share',
    icon: missingIcon,
    text: html`<p>The link may be incomplete, or the share was deleted. Check that you have all of it.</p>`,
  })
}
