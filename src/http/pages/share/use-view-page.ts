import type { PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { eyeIcon } from '../icons.ts'
import { genericPreview, noticePage } from '../notice-page.ts'

/**
 * Before a share whose views are limited: link previews, prefetching and a mistaken click only get here.
 *
 * @param at of the page itself, which the form is sent to
 */
export function useViewPage(at: PageAddress): Html {
  return noticePage({
    title: 'Open this chat?',
    icon: eyeIcon,
    preview: genericPreview(at),
    text: html`<p>
      It can be opened a limited number of times. Opening it uses one of them; for an hour, this browser can
      load it again without using another.
    </p>`,
    actions: html`<form method="post" action="${at.path}">
      <button class="main-action" name="open" value="1">Open (uses one view)</button>
    </form>`,
  })
}
