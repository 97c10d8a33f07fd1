import type { Static, TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Format } from 'typebox/format'
import { Compile } from 'typebox/schema'
import { Settings } from 'typebox/system'
import { normaliseEmail, normaliseListEntry } from '../../accounts/email.ts'
import { type InputIssue, Refusal } from '../../actions/refusal.ts'
import { ORDER_BY, ORDER_BY_WORDS } from '../../contract/chats.ts'
import { NOT_BLANK, PAGE_LIMIT } from '../../contract/common.ts'
import { SHARE_ORDER_BY, SHARE_ORDER_BY_WORDS } from '../../contract/shares.ts'

// What an email is, is ours to say; and whoever pastes a list wants to know all that is wrong with it.
Format.Set('email', (text) => normaliseEmail(text) !== undefined)
Format.Set('email-or-domain', (text) => normaliseListEntry(text) !== undefined)
Settings.Set({ maxErrors: 1000 })

export type InputPart = 'params' | 'query' | 'body'

/** Checks a value against a schema. @throws Refusal that names each issue and its place */
export type Check<T> = (value: unknown) => T

/** A check of a schema, compiled at its first use: starting needn't wait for all of them. */
export function checkOf<S extends TSchema>(schema: S, part: InputPart): Check<Static<S>> {
  let validator: ReturnType<typeof Compile<S>> | undefined
  return (value) => {
    validator ??= Compile(schema)
    if (!validator.Check(value)) throw invalid(part, issuesFrom(validator.Errors(value)[1]))
    return value
  }
}

/** The names that a schema expects, as `statusMessage` tells them: `model, name`, or `a | b, c` for alternatives. */
export function expectedNames(schemas: readonly TSchema[]): string {
  return schemas
    .filter((schema): schema is TSchema & { properties: object } => 'properties' in schema)
    .map(({ properties }) => Object.keys(properties).join(', '))
    .join(' | ')
}

const ID = /^[1-9]\d{0,9}$/

/** Ids in paths are validated as written: `01` or `1e0` stay texts, which no id is. */
export function readIds(params: Record<string, string>): Record<string, string | number> {
  const read: Record<string, string | number> = {}
  for (const name in params) {
    const text = params[name] ?? ''
    // A file's id is no number, whatever it looks like.
    const isNumber = name.endsWith('_id') && name !== 'file_id'
    read[name] = isNumber && ID.test(text) ? Number(text) : text
  }
  return read
}

// No schema of ours goes deeper; what lies below is a field that nobody reads.
const DEEPEST_FIELD = 4

/**
 * Refuses NUL and lone surrogates, which not every database can hold, in every text but those of messages, where
 * they are mended.
 *
 * @param mended names of the fields that are mended instead
 */
export function refuseUnstorableText(value: unknown, mended: readonly string[]): void {
  const issues: InputIssue[] = []
  const walk = (part: unknown, path: readonly (string | number)[]): void => {
    if (typeof part === 'string') {
      if (part.includes('\0') || !part.isWellFormed()) {
        const message = 'Contains a NUL character or half of a surrogate pair; remove it'
        issues.push({ code: 'invalid_string', message, path })
      }
    } else if (path.length >= DEEPEST_FIELD) {
      return
    } else if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) walk(item, [...path, index])
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, item] of Object.entries(part)) {
        if (!mended.includes(name)) walk(item, [...path, name])
      }
    }
  }
  walk(value, [])
  if (issues.length > 0) throw invalid('body', issues)
}

function invalid(part: InputPart, issues: readonly InputIssue[]): Refusal {
  return new Refusal({ code: 'invalid-input', part, issues })
}

/** One issue for each place, in words that say what to send. */
function issuesFrom(errors: readonly TLocalizedValidationError[]): InputIssue[] {
  const issues = new Map<string, InputIssue>()
  for (const error of errors) {
    const path = pathOf(error.instancePath)
    for (const issue of issuesOf(error, path, errors)) {
      const place = JSON.stringify(issue.path)
      if (!issues.has(place)) issues.set(place, issue)
    }
  }
  return [...issues.values()]
}

function issuesOf(
  error: TLocalizedValidationError,
  path: InputIssue['path'],
  errors: readonly TLocalizedValidationError[],
): InputIssue[] {
  const limit = 'limit' in error.params ? String(error.params.limit) : ''
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        code: 'invalid_type',
        message: 'Required',
        path: [...path, name],
      }))
    case 'boolean':
      return [{ code: 'unrecognized_keys', message: 'No such field; check its spelling', path }]
    case 'type':
    case 'const':
    case 'anyOf':
      return [{ code: 'invalid_type', message: `Expected ${expectedAt(error.instancePath, errors)}`, path }]
    case 'minLength':
    case 'minimum':
    case 'minItems':
      return [{ code: 'too_small', message: `At least ${limit}${unitOf(error.keyword)}`, path }]
    case 'maxLength':
    case 'maximum':
    case 'maxItems':
      return [{ code: 'too_big', message: `At most ${limit}${unitOf(error.keyword)}`, path }]
    case 'format':
      return [
        {
          code: 'invalid_string',
          message: `Expected ${FORMATS[error.params.format] ?? error.params.format}`,
          path,
        },
      ]
    case 'pattern':
      return [{ code: 'invalid_string', message: expectedPattern(String(error.params.pattern)), path }]
    case 'additionalProperties':
      return []
    default:
      return [{ code: 'invalid', message: error.message, path }]
  }
}

const FORMATS: Record<string, string> = {
  'date-time': 'a time such as 2030-01-31T12:00:00Z',
  email: 'an email address such as ada@example.com',
}

const PATTERNS: Record<string, string> = {
  [ORDER_BY]: ORDER_BY_WORDS,
  [SHARE_ORDER_BY]: SHARE_ORDER_BY_WORDS,
  [PAGE_LIMIT]: 'a whole number from 1 to 200',
}

function expectedPattern(pattern: string): string {
  if (pattern === NOT_BLANK) return 'Needs more than spaces'
  const words = PATTERNS[pattern]
  return words === undefined ? `Expected the pattern ${pattern}` : `Expected ${words}`
}

function unitOf(keyword: string): string {
  if (keyword.endsWith('Length')) return ' characters'
  return keyword.endsWith('Items') ? ' items' : ''
}

/** All that would have been right at a place: a union reports each of its members. */
function expectedAt(place: string, errors: readonly TLocalizedValidationError[]): string {
  const expected = errors
    .filter(({ instancePath }) => instancePath === place)
    .flatMap((error) => {
      if (error.keyword === 'type') return [error.params.type].flat()
      if (error.keyword === 'const') return [JSON.stringify(error.params.allowedValue)]
      return []
    })
  return expected.length === 0 ? 'something else' : [...new Set(expected)].join(' or ')
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
