import { structuredPatch } from 'diff'

/** Changes, as hunks of a unified diff without headers. */
export type FileHunks = { path: string; hunks: string }

/** How many lines may differ before two texts are told as one that went and one that came. */
const mostDifferences = 400

/** What became of a piece of a file whose place in it isn't known: lines with ` `, `-` or `+` before them. */
export function diffOf(before: string, after: string): string {
  const options = { context: 3, maxEditLength: mostDifferences }
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', options)
  if (patch === undefined) return [...marked('-', before), ...marked('+', after)].join('\n')
  return patch.hunks
    .map(({ lines }) => lines.filter((line) => !line.startsWith('\\')).join('\n'))
    .join('\n@@\n')
}

/** A hunk that names its lines: where it begins and how many they are, before and after. */
export function hunkText(numbers: readonly number[], lines: readonly string[]): string {
  const [oldStart, oldLines, newStart, newLines] = numbers
  return [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...lines].join('\n')
}

/** The last line ends as the others do, so that it isn't told as changed where only its end is missing. */
function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function marked(mark: string, text: string): string[] {
  if (text === '') return []
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line)
}

/** A unified diff without what stands before its hunks. */
export function hunksOfUnified(diff: string): string {
  return diff
    .split('\n')
    .filter((line) => !/^(?:---|\+\+\+) |^(?:diff --git|index) |^Index: |^={20,}$|^\\ No newline/.test(line))
    .join('\n')
    .trim()
}

/**
 * Blocks of `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`, as Aider, Cline and Roo have them (newer ones of Cline with
 * `------- SEARCH` and `+++++++ REPLACE`); undefined where there are none.
 */
export function hunksOfMarkers(diff: string): string | undefined {
  const hunks: string[] = []
  let before: string[] | undefined
  let after: string[] | undefined
  for (const line of diff.split('\n')) {
    if (/^(?:<{5,}|-{5,}) SEARCH/.test(line)) before = []
    else if (before !== undefined && after === undefined && /^={5,}\s*$/.test(line)) after = []
    else if (before !== undefined && /^(?:>{5,}|\+{5,}) REPLACE/.test(line)) {
      hunks.push(diffOf(before.join('\n'), (after ?? []).join('\n')))
      before = undefined
      after = undefined
    } else if (after !== undefined) after.push(line)
    else if (before === undefined) continue
    // Roo says at which line a block begins, above a line of dashes.
    else if (before.length === 0 && /^:(?:start|end)_line:|^-{5,}\s*$/.test(line)) continue
    else before.push(line)
  }
  return hunks.length === 0 ? undefined : hunks.join('\n@@\n')
}

/** The files of a patch in the form of OpenAI's `apply_patch`. */
export function hunksOfPatch(patch: string): FileHunks[] {
  const files: { path: string; lines: string[] }[] = []
  for (const line of patch.split('\n')) {
    const [, what, path = ''] = /^\*\*\* (Add|Update|Delete) File: (.{1,4096})$/.exec(line) ?? []
    if (what !== undefined) {
      files.push({ path: path.trim(), lines: what === 'Delete' ? ['@@ file deleted @@'] : [] })
      continue
    }
    const file = files.at(-1)
    const moved = /^\*\*\* Move to: (.{1,4096})$/.exec(line)?.[1]
    if (file === undefined) continue
    if (moved !== undefined) file.lines.push(`@@ moved to ${moved.trim()} @@`)
    else if (line.startsWith('*** ')) {
      if (line.startsWith('*** End Patch')) break
    } else if (/^(?:@@|[ +-])/.test(line)) file.lines.push(line)
    else file.lines.push(` ${line}`)
  }
  return files.map(({ path, lines }) => ({ path, hunks: withoutBlankEnd(lines).join('\n') }))
}

function withoutBlankEnd(lines: string[]): string[] {
  let end = lines.length
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end--
  return lines.slice(0, end)
}
