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
  const name = file.name
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[\\[\]`*_<>!&~$]/g, '\\$&')
    .trim()
  return `${file.isPicture ? '!' : ''}[${name}](file:${file.id})`
}
