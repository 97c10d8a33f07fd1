/** What a tool was asked for, taken apart. */
export interface ToolInput {
  /** the first line: a path, a pattern, an address; empty where there is none */
  readonly subject: string
  /** further parameters by name */
  readonly parameters: ReadonlyMap<string, string>
  /** what follows the first line and an empty one */
  readonly rest: string
}

/** Longer JSON is shown and not read. */
const longestJson = 20_000
const mostParameters = 30

const subjectNames = [
  'command',
  'cmd',
  'file_path',
  'path',
  'filePath',
  'notebook_path',
  'pattern',
  'query',
  'url',
  'description',
  'name',
]

/** Reads a tool's block: a subject, an empty line and a text; `key: value` lines; or JSON. Never fails. */
export function readToolInput(body: string): ToolInput {
  const fromJson = body.startsWith('{') && body.length <= longestJson ? parseJson(body) : undefined
  if (fromJson) {
    const name = subjectNames.find((key) => fromJson.has(key))
    return { subject: (name !== undefined && fromJson.get(name)) || '', parameters: fromJson, rest: '' }
  }
  const firstBreak = body.indexOf('\n')
  const first = (firstBreak < 0 ? body : body.slice(0, firstBreak)).trim()
  const parameters = new Map<string, string>()
  for (const line of body.slice(0, 4_000).split('\n', mostParameters)) {
    const [, key, value] = /^([A-Za-z][\w-]{0,40}): (.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) parameters.set(key, value)
  }
  const named = subjectNames.find((key) => parameters.has(key))
  const isPair = /^[A-Za-z][\w-]{0,40}: /.test(first)
  const subject = isPair ? (named !== undefined && parameters.get(named)) || '' : first
  const hasText = firstBreak >= 0 && body.startsWith('\n', firstBreak + 1)
  return { subject, parameters, rest: hasText ? body.slice(firstBreak + 2) : '' }
}

/** The command that a shell's block holds: all of it, unless it comes among parameters or in JSON. */
export function commandIn(body: string, { parameters }: ToolInput): string {
  const named = parameters.get('command') ?? parameters.get('cmd')
  const isNamed = body.startsWith('{') || /^(?:command|cmd|description|workdir|cwd|timeout): /.test(body)
  return (isNamed ? named : undefined) ?? body
}

function parseJson(body: string): Map<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null) return undefined
    const pairs = Object.entries(value).map(([key, each]: [string, unknown]): [string, string] => [
      key,
      asText(each),
    ])
    return new Map(pairs.filter(([, text]) => text !== ''))
  } catch {
    return undefined
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  // ["bash", "-lc", "npm test"]: the last is the command.
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined
  return typeof last === 'string' ? last : ''
}
