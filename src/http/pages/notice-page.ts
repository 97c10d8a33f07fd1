import { document, type LinkPreview, type PageAddress } from './document.ts'
import { type Html, html } from './html.ts'

/** A page that says one thing, and what can be done about it. */
export function noticePage(notice: {
  readonly title: string
  readonly icon: Html
  readonly text: Html
  readonly actions?: Html
  readonly preview?: LinkPreview
}): Html {
  const { title, icon, text, actions, preview } = notice
  return document({
    title: `${title} · Neptun Share`,
    ...(preview ? { preview } : {}),
    body: html`<main id="main" class="notice">
      <div class="card">
        <div class="emblem">${icon}</div>
        <h1>${title}</h1>
        ${text} ${actions}
      </div>
    </main>`,
  })
}

/** What a link preview tells of a chat that not everyone may see: that there is a link. */
export function genericPreview(at: PageAddress): LinkPreview {
  return {
    title: 'A shared chat',
    description: 'Somebody shared a chat with an AI through Neptun Share.',
    at,
  }
}
