import type { ViewDecision } from '../../../reading/outcome-of.ts'
import { emailThatOpened } from '../../../sharing/visitor.ts'
import { shareState, type ShareState } from '../../../sharing/share.ts'
import { isOpenToAll } from '../../output/shown-share.ts'
import type { ChatPage } from './chat-page.ts'
import { document, type PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { copyIcon, eyeIcon, linkIcon, listIcon, pauseIcon, saveIcon } from '../icons.ts'
import { genericPreview } from '../notice-page.ts'
import { forgetForm } from './forget-form.ts'

/** What a chat's page depends on besides the chat. */
export type Surroundings = {
  readonly at: PageAddress
  /** everyone may see the chat, so link previews may */
  readonly isOpen: boolean
  /** the name that the owner shares it under, to be told to readers */
  readonly sharedBy?: string
  /** why nobody but the owner, who looks at it, can see the share at the moment */
  readonly onlyOwnerSees?: Exclude<ShareState, 'active'>
  /** this page cost one of the share's views */
  readonly usedView: boolean
  /** the email by which the reader got in, which the share's owner is told */
  readonly readAs?: string
  /** this browser has proved that email by itself, which may be undone */
  readonly isProvedHere?: boolean
}

/** A preview has nothing that copies or saves: it isn't where the page is. */
export type PageUse = 'page' | 'preview'

/** @param origin of this server, as readers reach it @param now epoch milliseconds */
export function surroundingsOf(view: ViewDecision, origin: string, now: number): Surroundings {
  const { share, isOwner } = view
  const at = { origin, path: `/shared/chats/${share?.uuid ?? ''}` }
  const by = share?.sharedBy ? { sharedBy: share.sharedBy } : {}
  const usedView = !isOwner && share !== undefined && share.maxViews !== null
  const readAs = isOwner || !share ? undefined : emailThatOpened(share, view.visitor)
  const state = share ? shareState(share, now) : 'active'
  if (!isOwner || state === 'active') {
    const isOpen = isOpenToAll(view) && !usedView
    const reader = readAs === undefined ? {} : { readAs, isProvedHere: readAs !== view.session?.email }
    return { at, isOpen, usedView, ...by, ...reader }
  }
  return { at, isOpen: false, usedView: false, onlyOwnerSees: state, ...by }
}

/**
 * Puts the whole page around a chat's content.
 *
 * @param hasFiles whether there may be some of the chat's on it
 */
export function chatDocument(
  page: ChatPage & { readonly hasFiles: boolean },
  around: Surroundings,
  use: PageUse = 'page',
): Html {
  const { at, isOpen, onlyOwnerSees, usedView, readAs, isProvedHere, sharedBy } = around
  const { title, preview, hasContents, hasFiles, main } = page
  return document({
    title: `${title} · Neptun Share`,
    preview: isOpen ? { ...preview, at, isEmbeddable: true } : genericPreview(at),
    tools: html`${hasContents && contentsButton}${use === 'page' && tools(at.path, usedView)}`,
    ...(onlyOwnerSees
      ? { banner: ownersBanner(onlyOwnerSees) }
      : usedView || readAs !== undefined
        ? {
            banner: readersBanner(around, hasFiles, isProvedHere && use === 'page' ? at : undefined),
          }
        : {}),
    body: html`${sharedBy !== undefined && html`<aside class="sharer" aria-label="Who shares it">Shared by <strong>${sharedBy}</strong></aside>`}
      <div class="${hasContents ? 'reading with-contents' : 'reading'}">${main}</div>
      <footer class="foot">
        <p>Shared with <a href="/">Neptun Share</a></p>
      </footer>`,
  })
}

/** Opens the list of questions, where there is one. */
export const contentsButton = html`<button
  type="button"
  class="tool contents-button"
  popovertarget="contents"
  title="Questions in this chat"
>
  ${listIcon}<span>Questions</span>
</button>`

/** Copying the Markdown asks for the chat once more, which would cost a view where these are limited. */
function tools(path: string, usedView: boolean): Html {
  return html`<button
      type="button"
      class="tool needs-clipboard"
      data-action="link"
      title="Copy the link to this page"
    >
      ${linkIcon}<span>Copy link</span></button
    >${
      !usedView &&
      html`<button
        type="button"
        class="tool needs-clipboard"
        data-action="markdown"
        title="Copy the chat as Markdown"
      >
        ${copyIcon}<span>Copy as Markdown</span>
      </button>`
    }<a class="tool" href="${path}/save" title="Save a copy or a file" rel="nofollow"
      >${saveIcon}<span>Save</span></a
    >`
}

function ownersBanner(reason: Exclude<ShareState, 'active'>): Html {
  const what = {
    paused: 'the share is paused',
    expired: 'the share has expired',
    'used-up': 'all its views are used up',
  }
  return html`<aside class="banner" aria-label="About this page">
    ${pauseIcon}<span>Only you see this: ${what[reason]}.</span>
  </aside>`
}

/**
 * What concerns the reader: that a view was used, and that they are seen.
 *
 * @param forgetAt the page whose form undoes what this browser has proved; undefined where it has proved nothing
 */
function readersBanner(
  { usedView, readAs }: Surroundings,
  hasFiles: boolean,
  forgetAt: PageAddress | undefined,
): Html {
  const sentences = [
    ...(usedView ? ['This used one of the chat’s views; for an hour, this browser can load it again.'] : []),
    ...(usedView && hasFiles ? ['Its pictures and files are there for half an hour.'] : []),
    ...(readAs === undefined ? [] : [`Whoever shared this sees that ${readAs} read it, and when.`]),
  ]
  return html`<aside class="banner" aria-label="About this page">
    ${eyeIcon}<span>${sentences.join(' ')}</span>${forgetAt && forgetForm(forgetAt, 'small')}
  </aside>`
}
