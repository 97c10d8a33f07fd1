import type { ClipboardEvent } from 'react'

/** Elements that say more than the text alone does. Editors copy code as nothing but coloured pieces, which stays text. */
const rich =
  /<(?:p|pre|h[1-6]|ul|ol|table|blockquote|strong|b|em|i|code|math|a|user-query|model-response)(?:\s|>)/i

/** HTML on the clipboard that is worth to be read; undefined where its plain text is all that it says. */
function htmlIn(event: ClipboardEvent): string | undefined {
  const html = event.clipboardData.getData('text/html')
  return rich.test(html) && !/white-space:\s{0,3}pre;/.test(html.slice(0, 500)) ? html : undefined
}

/**
 * Pastes what was copied from a page as Markdown, in the place of the browser, and calls `insert` with it.
 *
 * @returns whether it does; else the browser pastes plain text
 */
export function pasteRich(
  event: ClipboardEvent<HTMLTextAreaElement>,
  insert: (field: HTMLTextAreaElement, text: string) => void,
): boolean {
  const html = htmlIn(event)
  if (html === undefined) return false
  event.preventDefault()
  const field = event.currentTarget
  const plain = event.clipboardData.getData('text/plain')
  const { selectionStart, selectionEnd } = field
  void readRich(html, plain).then((text) => {
    field.setSelectionRange(selectionStart, selectionEnd)
    return insert(field, text)
  })
  return true
}

/** Falls back to the plain text. */
async function readRich(html: string, plain: string): Promise<string> {
  try {
    // What reads HTML is fetched when there is some.
    const { richText } = await import('./rich-paste.ts')
    return richText(html).trim() || plain
  } catch {
    return plain
  }
}

/** The field's text with something in the place of what is selected. */
export function withInserted(field: HTMLTextAreaElement, text: string): string {
  const { value, selectionStart, selectionEnd } = field
  return value.slice(0, selectionStart) + text + value.slice(selectionEnd)
}
