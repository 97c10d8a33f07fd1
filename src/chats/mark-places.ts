/**
 * Marks each UTF-16 unit of a content where a text stands. By Knuth, Morris and Pratt, which takes as long as the content is,
 * whatever repeats in it.
 *
 * @param marks as many as the content has units
 * @param isEnd whether a place may end there
 * @returns whether it stands anywhere
 */
export function markPlaces(
  content: string,
  text: string,
  marks: Uint8Array,
  isEnd?: (end: number) => boolean,
): boolean {
  const { codes, borders } = bordersOf(text)
  const first = text.charAt(0)
  let marked = -1
  let matched = 0
  for (let at = 0; at < content.length; at++) {
    if (matched === 0) at = content.indexOf(first, at)
    if (at === -1) break
    const code = content.charCodeAt(at)
    while (matched > 0 && codes[matched] !== code) matched = borders[matched - 1] ?? 0
    if (codes[matched] === code) matched++
    if (matched < codes.length) continue
    matched = borders[matched - 1] ?? 0
    const end = at + 1
    if (isEnd?.(end) === false) continue
    for (let unit = Math.max(marked, end - codes.length); unit < end; unit++) marks[unit] = 1
    marked = end
  }
  return marked !== -1
}

/** A text's units, and of each of its beginnings how much of its end is a beginning of the text as well. */
function bordersOf(text: string): { codes: Uint16Array; borders: Uint32Array } {
  const codes = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
  const borders = new Uint32Array(text.length)
  let matched = 0
  for (let at = 1; at < codes.length; at++) {
    while (matched > 0 && codes[matched] !== codes[at]) matched = borders[matched - 1] ?? 0
    if (codes[matched] === codes[at]) matched++
    borders[at] = matched
  }
  return { codes, borders }
}
