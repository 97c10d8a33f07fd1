import type { MessageLength } from '../../../rendering/message-length.ts'
import { Html, html } from '../html.ts'

/** A rendered message as readers and its owner see it; a long one is folded. @param rendered safe HTML */
export function messageBody(rendered: string, { isFolded }: MessageLength): Html {
  const body = html`<div class="message-body" dir="auto">${new Html(rendered)}</div>`
  if (!isFolded) return body
  return html`<details class="message-fold">
    <summary>Show the whole message</summary>
    ${body}
  </details>`
}
