/** A line of a diff: what it does, and its text without the mark. */
export interface PatchLine {
  readonly kind: 'same' | 'added' | 'removed' | 'head'
  readonly text: string
}

export interface Patch {
  readonly path: string
  readonly lines: readonly PatchLine[]
  readonly added: number
  readonly removed: number
}

/**
 * Reads an edit: a path, an empty line, and the lines of hunks (`@@`, ` `, `-`, `+`); also what `git diff` and
 * `apply_patch` write, which name the file themselves.
 *
 * @returns undefined for a text that has no changed line
 */
export function readPatch(body: string): Patch | undefined {
  const all = body.replace(/\n$/, '').split('\n')
  let path = ''
  let start = 0
  if (all.length > 1 && all[1]?.trim() === '' && !isMarked(all[0] ?? '')) {
    path = (all[0] ?? '').trim()
    start = 2
  }
  const lines: PatchLine[] = []
  let added = 0
  let removed = 0
  let isInHunk = false
  for (const line of all.slice(start)) {
    const head = headPath(line, isInHunk)
    if (head !== undefined) {
      if (path === '') path = head
      isInHunk = false
      lines.push({ kind: 'head', text: line })
    } else if (line.startsWith('@@')) {
      isInHunk = true
      lines.push({ kind: 'head', text: line })
    } else if (line.startsWith('+')) {
      isInHunk = true
      added += 1
      lines.push({ kind: 'added', text: line.slice(1) })
    } else if (line.startsWith('-')) {
      isInHunk = true
      removed += 1
      lines.push({ kind: 'removed', text: line.slice(1) })
    } else {
      lines.push({ kind: 'same', text: line.startsWith(' ') ? line.slice(1) : line })
    }
  }
  return added + removed === 0 ? undefined : { path, lines, added, removed }
}

function isMarked(line: string): boolean {
  return /^(?:@@|[+-]|\*\*\* |diff )/.test(line)
}

/** The file that a line of a diff's head names, empty for one that names none; undefined for any other line. */
function headPath(line: string, isInHunk: boolean): string | undefined {
  const file = /^\*\*\* (?:Update|Add|Delete) File: (.*)$/.exec(line)?.[1]
  if (file !== undefined) return file.trim()
  if (/^\*\*\* (?:Begin Patch|End Patch|End of File|Move to:)/.test(line)) return ''
  if (/^(?:diff --git |index [0-9a-f]{4})/.test(line)) return ''
  // Inside of a hunk these are a removed line that begins with two dashes, and an added one with two pluses.
  if (isInHunk) return undefined
  const side = /^(?:---|\+\+\+) (?:[ab]\/)?(.*)$/.exec(line)?.[1]
  return side === undefined ? undefined : side === '/dev/null' ? '' : side.trim()
}
