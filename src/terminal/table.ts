import stringWidth from 'string-width'

/** Rows under headings, in columns as wide as their widest cell. The last column isn't padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** Text cut to a number of terminal columns, with … where something is missing. */
export function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

const graphemes = new Intl.Segmenter()

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}
