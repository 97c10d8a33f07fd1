import { arrayOf, firstText, isObject, type JsonObject } from '../streams/loose-json.ts'
import { diffOf, hunksOfMarkers, hunksOfPatch, hunksOfUnified } from './file-diff.ts'

/** What a call asked for, in the form that tool-blocks.ts tells; of a patch to several files one for each. */
export function bodiesOfCall(name: string, input: unknown): string[] {
  const given = parsed(input)
  if (typeof given === 'string') return given.includes(patchStart) ? patchBodies(given) : [given]
  if (!isObject(given)) return [given === undefined || given === null ? '' : asJson(given)]
  const command = isShell(name) ? commandOf(given) : undefined
  if (command !== undefined) return command.includes(patchStart) ? patchBodies(command) : [command]
  const patch = firstText(given['input'], given['patch'], given['patchText'], given['patch_text'])
  if (patch?.includes(patchStart) === true) return patchBodies(patch)
  return [editBody(given) ?? writtenBody(given) ?? lookedUpBody(name, given) ?? parametersOf(given)]
}

/** The command of a call, where the tool is a shell. */
export function shellCommandOf(name: string, input: unknown): string | undefined {
  const given = parsed(input)
  if (!isShell(name)) return undefined
  return isObject(given) ? commandOf(given) : typeof given === 'string' ? given : undefined
}

const patchStart = '*** Begin Patch'

function patchBodies(patch: string): string[] {
  const bodies = hunksOfPatch(patch).map(({ path, hunks }) => `${path}\n\n${hunks}`)
  return bodies.length === 0 ? [patch] : bodies
}

const shells = new Set(
  (
    'bash shell sh zsh fish cmd pwsh powershell terminal exec execute command shellcommand localshell localshellcall ' +
    'runshellcommand runterminalcmd runterminalcommand runinterminal runcommand runcommands executecommand ' +
    'execcommand executebash executeshell executeterminal bashtool unifiedexec shelltool commandexecution ' +
    'executeterminalcommand runcommandinterminal launchprocess'
  ).split(' '),
)

/** Whether a tool runs commands: by its name alone, as other tools have a `command` too. */
function isShell(name: string): boolean {
  const own = name.split(/__|[./:]/).at(-1) ?? ''
  return shells.has(own.replace(/[^A-Za-z]/g, '').toLowerCase())
}

function commandOf(input: JsonObject): string | undefined {
  for (const field of ['command', 'cmd', 'CommandLine', 'commandLine', 'script', 'commands']) {
    const value = input[field]
    if (typeof value === 'string' && value.trim() !== '') return value
    if (Array.isArray(value) && value.length > 0) return commandLine(value.map(String))
  }
  return undefined
}

/** Words as one line; a shell that was started for a script goes. */
function commandLine(words: readonly string[]): string {
  const [program = '', flag = '', script] = words
  const isScript = /(?:^|[\\/])(?:ba|z|da|fi)?sh$/.test(program) && /^-l?i?c$/.test(flag)
  if (isScript && script !== undefined && words.length === 3) return script
  if (/^(?:powershell|pwsh)(?:\.exe)?$/i.test(program) && /^-command$/i.test(words.at(-2) ?? ''))
    return words.at(-1) ?? ''
  if (program === 'apply_patch') return words.slice(1).join('\n')
  return words
    .map((word) => (/^[\w@%+=:,./~*?-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ')
}

const pathFields = [
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'AbsolutePath',
  'absolutePath',
  'target_file',
  'TargetFile',
  'filename',
  'file',
  'notebook_path',
  'relative_workspace_path',
  'relativeWorkspacePath',
]
const beforeFields = ['old_string', 'old_str', 'oldString', 'oldStr', 'oldText', 'old_text', 'TargetContent']
const afterFields = [
  'new_string',
  'new_str',
  'newString',
  'newStr',
  'newText',
  'new_text',
  'ReplacementContent',
]
const contentFields = [
  'content',
  'file_text',
  'contents',
  'fileText',
  'newContent',
  'new_content',
  'CodeContent',
  'new_source',
  'code',
]

function textOf(input: JsonObject, fields: readonly string[]): string | undefined {
  const field = fields.find((one) => typeof input[one] === 'string')
  return field === undefined ? undefined : String(input[field])
}

function editBody(input: JsonObject): string | undefined {
  const path = firstText(...pathFields.map((field) => input[field]))
  const hunks = path === undefined ? undefined : hunksOf(input)
  return path === undefined || hunks === undefined ? undefined : `${path}\n\n${hunks}`
}

function hunksOf(input: JsonObject): string | undefined {
  const replaced = replacement(input)
  if (replaced !== undefined) return replaced
  const edits = arrayOf(input['edits'] ?? input['replacements'] ?? input['ReplacementChunks'])
  const several = edits.flatMap((edit) => (isObject(edit) ? (replacement(edit) ?? []) : []))
  if (several.length > 0) return several.join('\n@@\n')
  const line = input['insert_line'] ?? input['insertLine']
  const inserted = textOf(input, ['insert_text', ...afterFields])
  if (inserted !== undefined && typeof line === 'number')
    return `@@ after line ${line} @@\n${diffOf('', inserted)}`
  const diff = textOf(input, ['diff', 'patch'])
  return diff === undefined ? undefined : (hunksOfMarkers(diff) ?? hunksOfUnified(diff))
}

function replacement(input: JsonObject): string | undefined {
  const before = textOf(input, beforeFields)
  const after = textOf(input, afterFields)
  return before === undefined || after === undefined ? undefined : diffOf(before, after)
}

function writtenBody(input: JsonObject): string | undefined {
  const path = firstText(...pathFields.map((field) => input[field]))
  const content = textOf(input, contentFields)
  return path === undefined || content === undefined ? undefined : `${path}\n\n${content}`
}

const lookers =
  /read|view|cat|open|ls|list|glob|grep|search|find|fetch|brows|navigate|rg|tree|symbol|lookup|web|url|dir/i
const lookedFor = [
  'pattern',
  'regex',
  'query',
  'Query',
  'search_term',
  'glob_pattern',
  'globPattern',
  ...pathFields,
  'url',
  'Url',
  'uri',
  'DirectoryPath',
  'SearchDirectory',
  'SearchPath',
  'dir_path',
  'directory',
]

function lookedUpBody(name: string, input: JsonObject): string | undefined {
  if (!lookers.test(name)) return undefined
  const field = lookedFor.find((one) => firstText(input[one]) !== undefined)
  if (field === undefined) return undefined
  const { [field]: first, ...rest } = input
  return [String(first), parametersOf(rest)].filter((part) => part !== '').join('\n')
}

/** `key: value` lines; JSON where a value isn't plain. A text of several lines begins under its key. */
function parametersOf(input: JsonObject): string {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined && value !== null)
  if (entries.length === 0) return ''
  if (entries.some(([, value]) => typeof value === 'object')) return asJson(input)
  return entries
    .map(([key, value]) => {
      const text = String(value)
      return text.includes('\n') ? `${key}:\n${text}` : `${key}: ${text}`
    })
    .join('\n')
}

function asJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** OpenAI's calls carry their arguments as a text of JSON. */
function parsed(input: unknown): unknown {
  if (typeof input !== 'string' || !/^\s*[{["]/.test(input)) return input
  try {
    const value: unknown = JSON.parse(input)
    // Some encode them twice.
    return typeof value === 'string' && input !== value ? parsed(value) : value
  } catch {
    return input
  }
}
