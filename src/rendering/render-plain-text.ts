import type { MessageToRender, RenderedMessage } from './renderer.ts'
import { escapeHtml } from './escape-html.ts'

/**
 * A message as it was typed: escaped, with its line breaks and indentation (the class `plain-text` keeps
 * them). What a reader gets when a message can't be rendered as Markdown.
 */
export function renderPlainText(content: string): string {
  return `<div class="plain-text">${escapeHtml(content.toWellFormed().replaceAll('\0', '\uFFFD'))}</div>\n`
}

/** A message that isn't rendered, or not yet. @param isFinal false where doing it again may do better */
export function asPlainText(message: MessageToRender, isFinal: boolean): RenderedMessage {
  return { id: message.id, html: renderPlainText(message.content), isPlain: true, isFinal }
}
