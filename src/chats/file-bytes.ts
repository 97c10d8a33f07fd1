import type { Chat } from './chat.ts'
import { replaceOutsideCode } from './code-in-text.ts'

/** What of a file is written into an export. */
export interface ChatFile {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  /** there for pictures alone */
  readonly dimensions?: { readonly width: number; readonly height: number } | undefined
}

/** A chat with the files that its messages name, by id. */
export type ChatWithFiles = Chat & { readonly files?: ReadonlyMap<string, ChatFile> }

const MARK = '\0'

/**
 * Stands where a file's bytes go when an export is sent: they are in no memory before. No text of a chat has it, as NUL is
 * in none.
 */
export function bytesOfFile(id: string): string {
  return `${MARK}${id}${MARK}`
}

/** JSON writes NUL as an escape; what was one in a text has a backslash more. */
export function withMarks(json: string): string {
  return json.replace(/\\(?:u0000|[^])/g, (escape) => (escape === String.raw`\u0000` ? MARK : escape))
}

/** A text, and the files whose bytes come after it and before the next one. */
export interface ExportPart {
  readonly text: Buffer
  readonly fileId?: string
}

/** An export cut where files go. */
export function* partsOf(bytes: Buffer): Generator<ExportPart> {
  let from = 0
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, from)) {
    const end = bytes.indexOf(0, at + 1)
    if (end === -1) break
    yield { text: bytes.subarray(from, at), fileId: bytes.toString('latin1', at + 1, end) }
    from = end + 1
  }
  yield { text: bytes.subarray(from) }
}

/** A message's Markdown in which references to files that are there are replaced. */
export function replaceFiles(
  content: string,
  files: ReadonlyMap<string, ChatFile>,
  replace: (id: string) => string,
): string {
  if (!content.includes('file:')) return content
  return replaceOutsideCode(content, /\]\(file:([A-Za-z0-9_-]{22})\)/g, (reference = '', id = '') =>
    files.has(id) ? `](${replace(id)})` : reference,
  )
}
