/** The places of a Markdown text between signs for code: a run of backticks up to the next one that is as long. */
function codePlacesIn(text: string): [start: number, end: number][] {
  const runs = [...text.matchAll(/`+/g)].map((run) => ({ start: run.index, length: run[0].length }))
  const next = new Map<number, number>()
  const following = runs.map(() => -1)
  for (let index = runs.length - 1; index >= 0; index--) {
    const length = runs[index]?.length ?? 0
    following[index] = next.get(length) ?? -1
    next.set(length, index)
  }
  const places: [number, number][] = []
  let end = 0
  for (const [index, { start, length }] of runs.entries()) {
    const closing = runs[following[index] ?? -1]
    if (start < end || !closing) continue
    end = closing.start + length
    places.push([start, end])
  }
  return places
}

/** Replaces parts of a text that aren't code. @param pattern global */
export function replaceOutsideCode(
  text: string,
  pattern: RegExp,
  replace: (...found: string[]) => string,
): string {
  const places = codePlacesIn(text)
  let replaced = ''
  let from = 0
  for (const [start, end] of [...places, [text.length, text.length] as const]) {
    replaced += text.slice(from, start).replace(pattern, replace) + text.slice(start, end)
    from = end
  }
  return replaced
}
