const LONGEST_NAME = 200

/** A file's name as it is kept: without folders, and of characters that can be seen. */
export function cleanFileName(name: string | undefined, otherwise: string): string {
  const last = (name ?? '').toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const cleaned = last.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return cleaned.slice(0, LONGEST_NAME).replace(/[\uD800-\uDBFF]$/, '') || otherwise
}
