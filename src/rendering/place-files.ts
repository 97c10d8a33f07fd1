import { BYTES_OF } from '../chats/chat-in-page.ts'
import { escapeHtml } from './escape-html.ts'

/** What of a file a page says: all of it is known before its bytes are read. */
export interface ShownFile {
  readonly name: string
  readonly size: number
  /** in pixels; there for pictures alone */
  readonly dimensions: { readonly width: number; readonly height: number } | undefined
  readonly small: { readonly width: number } | undefined
}

/** Where addresses of files stand in HTML: the id comes after it. No text has it, as NUL is in no message. */
export const FILE_MARK = '\0'

/** Has a picture loaded when it is scrolled to. No message can write it, as it escapes quotes. */
export const LOADED_LATE = ' loading="lazy"'

/** The room that a picture gets at most, in CSS pixels. */
const BOX = { width: 720, height: 560 }

// As links.ts writes them. No message can: what it writes is escaped.
const PICTURE = /<img data-file="([\w-]{22})"( data-inside="")? alt="([^"]*)">/g
const LINK = /<a data-file="([\w-]{22})">/g

/**
 * Puts the files into rendered messages: pictures, whose size is known so that nothing moves when they come, and links to
 * all else. Their addresses begin with {@link FILE_MARK}, for whoever knows where the files are read.
 */
export function placeFiles(html: string, files: ReadonlyMap<string, ShownFile>): string {
  if (!html.includes(' data-file="')) return html
  return html
    .replace(PICTURE, (_, id: string, isInside: string | undefined, alt: string) =>
      pictureHtml(id, alt, files.get(id), isInside !== undefined),
    )
    .replace(LINK, (_, id: string) => {
      const file = files.get(id)
      if (!file) return '<a class="no-file">'
      return `<a class="file" href="${FILE_MARK}${id}"${file.dimensions ? ' target="_blank" rel="noopener"' : ` download="${escapeHtml(file.name)}"`}>`
    })
}

function pictureHtml(id: string, alt: string, file: ShownFile | undefined, isInside: boolean): string {
  const label = alt === '' ? 'Picture' : alt
  if (!file) return `<span class="no-file">${label} (not available)</span>`
  if (!file.dimensions)
    return isInside
      ? label
      : `<a class="file" href="${FILE_MARK}${id}" download="${escapeHtml(file.name)}">${label}</a>`
  const { width, height } = file.dimensions
  const scale = Math.min(1, BOX.width / width, BOX.height / height)
  const shownWidth = Math.max(1, Math.round(width * scale))
  const shownHeight = Math.max(1, Math.round(height * scale))
  const sources = file.small
    ? ` srcset="${FILE_MARK}${id}?size=small ${file.small.width}w, ${FILE_MARK}${id} ${width}w" sizes="(max-width: ${shownWidth}px) 100vw, ${shownWidth}px"`
    : ''
  const picture = `<img src="${FILE_MARK}${id}"${sources} width="${shownWidth}" height="${shownHeight}"${LOADED_LATE} decoding="async" alt="${label}">`
  if (isInside) return picture
  return `<a class="picture" href="${FILE_MARK}${id}" target="_blank" rel="noopener">${picture}</a>`
}

/**
 * The same HTML for a file that needs no server, in which pictures are: `bytesOf` says what stands for a file's bytes. The
 * file's id stands before them, so that an import finds them.
 */
export function filesInside(html: string, bytesOf: (id: string) => string): string {
  if (!html.includes(FILE_MARK)) return html
  return html
    .replace(/<a class="picture" href="\0[^"]*" target="_blank" rel="noopener">/g, '<a class="picture">')
    .replace(/ srcset="\0[^"]*" sizes="[^"]*"/g, '')
    .replace(
      / (src|href)="\0([\w-]{22})"/g,
      (_, attribute: string, id: string) => ` ${BYTES_OF}="${id}" ${attribute}="${bytesOf(id)}"`,
    )
}
