/*
 * A page that is a file holds its chat a second time, as our JSON export, for an import to bring it back to the letter.
 * Pages and the importer share how.
 */

/** What such a page says of itself in its first lines. */
export const PAGE_FILE_MARK = 'name="generator" content="Neptun Share"'

/** Stand around the JSON: browsers show nothing of what is in a template, and load and run nothing of it. */
export const CHAT_BEGIN = '<template id="neptun-share-chat">'
export const CHAT_END = '</template>'

/** The attribute with a file's id, before the one whose value is its bytes. */
export const BYTES_OF = 'data-file'

/** JSON that is text of HTML as it is, also when a browser saves the page anew. */
export function jsonInHtml(json: string): string {
  return json.replace(/[<>&\u00a0]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
