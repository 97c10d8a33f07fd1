import { formatList } from '../src/importing/format-list.ts'

const begin = '<!-- formats: written by scripts/write-format-table.ts -->'
const end = '<!-- end of formats -->'

/** A document with the table of formats as format-list.ts has it, between the marks that it has for it. */
export function withFormatTable(document: string): string {
  const [before, rest] = document.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`The document has no ${begin} … ${end}.`)
  const rows = formatList.map(({ from, file, comesIn, how }) => [from, file, comesIn, how ?? ''])
  const all = [['from', 'file', 'what comes in', 'how to get it'], ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|')),
  )
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lineOf = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return `${before}${begin}\n\n${[lineOf(head), rule, ...body.map(lineOf)].join('\n')}\n\n${end}${after}`
}
