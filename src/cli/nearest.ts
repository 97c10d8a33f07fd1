/** A slip of the finger or two. */
const MOST_EDITS = 2

/** Which of the names somebody meant who wrote it a little wrong; undefined where none is near. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const written = text.toLowerCase()
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const name of names) {
    const edits = countEdits(written, name)
    // Of a short name, little would be left.
    if (edits <= Math.min(MOST_EDITS, name.length / 2) && edits < (best?.edits ?? Infinity))
      best = { name, edits }
  }
  return best?.name
}

/** Letters that were added, left out, replaced, or swapped with the next one. */
function countEdits(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
