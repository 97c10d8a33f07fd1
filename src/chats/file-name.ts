const LONGEST_NAME = 200

/** A file's name as it is kept: without folders, and of characters that can be seen. */
export function cleanFileName(name: string | undefined, otherwise: string): string {
  const last = (name ?? '').toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const cleaned = last.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return shortened(cleaned) || otherwise
}

/** What it is called is cut, and what it is stays. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  return name.slice(0, LONGEST_NAME - ending.length).replace(/[\uD800-\uDBFF]$/, '') + ending
}
