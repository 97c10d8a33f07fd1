import { visibleText } from '../plain-excerpt.ts'
import { readPatch, type Patch } from './patch.ts'
import { failureNote, resultNote } from './result-note.ts'
import { commandIn, readToolInput, type ToolInput } from './tool-input.ts'
import { type ToolKind, toolKind, toolLabel } from './tool-kinds.ts'

/** A call of a tool, and what came back if anything did. */
export interface ToolCall {
  readonly name: string
  readonly body: string
  readonly result: string | undefined
  readonly isError: boolean
}

/** A step's line in parts: "Ran", "npm test", "69 passing". */
export interface StepLine {
  readonly verb: string
  /** a path, a command, a pattern: shown as code; empty where there is none */
  readonly subject: string
  /** with what parts it from the subject; empty where there is nothing to add */
  readonly note: string
}

/** What a call was, taken apart for its line and what it opens to. */
export interface DescribedCall {
  readonly kind: ToolKind
  readonly line: StepLine
  /** the file that was read or changed; empty where none is named */
  readonly path: string
  readonly input: ToolInput
  /** of a shell; empty for any other */
  readonly command: string
  readonly patch: Patch | undefined
}

const longestSubject = 90
const longThought = 1_500

/** A group's line says the most telling of what was done. */
const mostParts = 5

export function describeCall({ name, body, result, isError }: ToolCall): DescribedCall {
  const input = readToolInput(body)
  const named = toolKind(name)
  const patch = named === 'edit' ? readPatch(body) : undefined
  // A tool of another name may still bring a command, and an edit may be a whole file.
  const kind = named === 'edit' && !patch && input.rest !== '' ? 'write' : named
  const path = patch?.path || input.subject
  const command = kind === 'run' ? commandIn(body, input) : ''
  const line = lineOf(kind, name, { input, patch, path, command, isError })
  const told = isError ? failureNote(result ?? '') : kind === 'run' ? resultNote(result ?? '') : ''
  const note = told === '' ? line.note : `: ${told}`
  return { kind, line: { ...line, subject: short(line.subject), note }, path, input, command, patch }
}

interface Facts {
  readonly input: ToolInput
  readonly patch: Patch | undefined
  readonly path: string
  readonly command: string
  readonly isError: boolean
}

function lineOf(kind: ToolKind, name: string, { input, patch, path, command, isError }: Facts): StepLine {
  switch (kind) {
    case 'run':
      return say('Ran', command)
    case 'edit':
      return say(isError ? 'Could not edit' : 'Edited', path, patch ? changes(patch) : '')
    case 'write':
      return say(isError ? 'Could not write' : 'Wrote', path, input.rest === '' ? '' : lineCount(input.rest))
    case 'read':
      return say(isError ? 'Could not read' : 'Read', path, lineRange(input))
    case 'list':
      return say(isError ? 'Could not list' : 'Listed', path || '.')
    case 'search':
      return say('Searched for', input.subject)
    case 'fetch':
      return say(isError ? 'Could not fetch' : 'Fetched', input.parameters.get('url') ?? input.subject)
    case 'ask-web':
      return say('Searched the web for', input.parameters.get('query') ?? input.subject)
    case 'plan':
      return say('Updated the plan', '')
    case 'agent':
      return say('Asked an agent', '', short(input.parameters.get('description') ?? input.subject), ': ')
    case 'other':
      return say('Used', toolLabel(name), short(input.subject), ': ')
  }
}

function say(verb: string, subject: string, note = '', separator = ', '): StepLine {
  return { verb, subject, note: note === '' ? '' : `${separator}${note}` }
}

function changes({ added, removed }: Patch): string {
  return [added > 0 && `+${added}`, removed > 0 && `−${removed}`].filter(Boolean).join(' ')
}

function lineCount(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n').length
  return lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`
}

function lineRange({ parameters }: ToolInput): string {
  const offset = Number(parameters.get('offset'))
  const limit = Number(parameters.get('limit'))
  if (!Number.isInteger(offset) || !Number.isInteger(limit) || limit < 1 || offset < 0) return ''
  return `lines ${Math.max(offset, 1)}–${Math.max(offset, 1) + limit - 1}`
}

function short(text: string): string {
  const visible = visibleText(text.slice(0, longestSubject * 4).split('\n', 1)[0] ?? '')
  const isCut = visible.length > longestSubject || text.trimEnd().includes('\n')
  return isCut ? `${visible.slice(0, longestSubject).trimEnd()}…` : visible
}

export function thoughtLine(thought: string): string {
  return thought.length > longThought ? 'Thought for a while' : 'Thought for a moment'
}

/** What a group of steps counts. */
export interface StepTally {
  readonly kind: ToolKind | 'thought' | 'result'
  readonly path: string
  readonly isError: boolean
}

/** "14 steps: edited 3 files, ran 5 commands, read 4 files". A file that was edited twice is one file. */
export function groupLine(steps: readonly StepTally[]): string {
  const did = (kind: StepTally['kind']): readonly StepTally[] =>
    steps.filter((step) => step.kind === kind && (!step.isError || kind === 'run'))
  const files = (kind: StepTally['kind']): number => new Set(did(kind).map(({ path }) => path)).size
  const parts = [
    count(files('edit'), 'edited # file', 'edited # files'),
    count(files('write'), 'wrote # file', 'wrote # files'),
    count(did('run').length, 'ran # command', 'ran # commands'),
    count(files('read'), 'read # file', 'read # files'),
    count(did('list').length + did('search').length, 'searched once', 'searched # times'),
    count(did('fetch').length, 'fetched # page', 'fetched # pages'),
    count(did('ask-web').length, 'searched the web', 'searched the web # times'),
    count(did('agent').length, 'asked an agent', 'asked # agents'),
    count(did('other').length, 'used another tool', 'used other tools # times'),
    did('plan').length > 0 && 'updated the plan',
    count(did('thought').length, 'thought once', 'thought # times'),
  ].filter((part) => part !== false)
  const all = `${steps.length.toLocaleString('en')} steps`
  const [only] = parts
  if (only === undefined) return all
  const isAll = parts.length === 1 && steps.every(({ isError }) => !isError)
  if (isAll) return only.slice(0, 1).toUpperCase() + only.slice(1)
  const said = parts.length > mostParts ? [...parts.slice(0, mostParts), 'and more'] : parts
  return `${all}: ${said.join(', ')}`
}

/** "Read 4 files, searched once": the same of a few among others. */
export function runLine(steps: readonly StepTally[]): string {
  const said = groupLine(steps).replace(/^[\d,]+ steps: /, '')
  return said.slice(0, 1).toUpperCase() + said.slice(1)
}

function count(number: number, one: string, many: string): string | false {
  if (number === 0) return false
  return (number === 1 ? one : many).replace('#', number.toLocaleString('en'))
}
