/** What an id of a file looks like: 22 characters of base64url. */
const FILE_ID = '[A-Za-z0-9_-]{22}'

const REFERENCE = new RegExp(`(?<![A-Za-z0-9_-])file:(${FILE_ID})(?![A-Za-z0-9_-])`, 'g')

const WHOLE_REFERENCE = new RegExp(`^file:(${FILE_ID})$`)

/** The ids of the files that a text names, each once: `![a chart](file:…)`, `[the report](file:…)`. */
export function fileIdsIn(text: string): string[] {
  if (!text.includes('file:')) return []
  return [...new Set(text.matchAll(REFERENCE).map(([, id = '']) => id))]
}

/** The id in an address that is a file's and nothing else. */
export function fileIdOf(address: string): string | undefined {
  return WHOLE_REFERENCE.exec(address)?.[1]
}

/** What to put into a message so that it shows a file. @param name of any characters */
export function fileReference(file: {
  readonly id: string
  readonly name: string
  readonly isPicture: boolean
}): string {
  return `${file.isPicture ? '!' : ''}${labelled(file)}`
}

function labelled({ id, name }: { readonly id: string; readonly name: string }): string {
  const label = name
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[\\[\]`*_<>!&~$]/g, '\\$&')
    .trim()
  return `[${label}](file:${id})`
}

/**
 * A text that names other files instead.
 *
 * @param renamed by the id that it names: what it was called, and the one that takes its place
 */
export function renameFiles(
  text: string,
  renamed: ReadonlyMap<
    string,
    { readonly from: { readonly name: string }; readonly id: string; readonly name: string }
  >,
): string {
  let changed = text
  for (const id of fileIdsIn(text)) {
    const file = renamed.get(id)
    // As we write it: with signs before some letters, which nobody types who redacts the name.
    if (file) changed = changed.replaceAll(labelled({ id, name: file.from.name }), () => labelled(file))
  }
  return changed.replace(REFERENCE, (reference, id: string) => {
    const file = renamed.get(id)
    return file ? `file:${file.id}` : reference
  })
}
