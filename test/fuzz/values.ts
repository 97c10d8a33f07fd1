import fc, { type Arbitrary } from 'fast-check'
import { isRecord, recordAt, type Json } from '../kit/json.ts'

/** Values for a JSON schema as OpenAPI documents carry it: valid ones, nearly valid ones, hostile ones. */

/** What breaks parsers, databases, file systems and people's assumptions. */
export const hostileText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    '\u202e\u200b\ufeff',
    "' OR 1=1 --",
    '"; drop table shares; --',
    '%00',
    '%zz',
    '%ff',
    '../../..',
    '..%2f..%2f',
    '${7*7}{{7*7}}',
    '<script>alert(1)</script>',
    'null',
    'undefined',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
    '1e0',
    '01',
    '-1',
    '9'.repeat(400),
    'é'.repeat(300),
    '\u0301'.repeat(300),
    '👨‍👩‍👧'.repeat(40),
    'x'.repeat(70_000),
    '\r\nX-Injected: yes',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 1e21, -1e308, 2_147_483_648, Number.MAX_SAFE_INTEGER + 2, 5e-324),
  fc.double(),
  fc.maxSafeInteger(),
)

/** Anything at all that JSON can say. */
export const hostileValue: Arbitrary<Json> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom<Json>(null, true, false, [], {}, [[]], { a: {} }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.constantFrom<Json>(null, 1, 'x', {}), { minLength: 600, maxLength: 700 }),
)

const email = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((n) => `reader-${n}@example.org`),
  fc
    .tuple(fc.stringMatching(/^[a-z0-9.+-]{1,20}$/), fc.domain())
    .map(([name, domain]) => `${name}@${domain}`),
)

/** Passwords few enough that the right one is among them now and then. */
const password = fc.oneof(
  fc.constantFrom('correct horse battery', 'sesame open', 'with:colon pässword'),
  fc.string({ minLength: 1, maxLength: 256 }),
)

const knownFields: Readonly<Record<string, Arbitrary<Json>>> = {
  email,
  emails: fc.array(email, { maxLength: 5 }),
  password,
  current_password: password,
  chat_ids: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 2 }),
}

/** Values that the schema accepts, as far as it says. */
export function validValue(schema: Json, field = ''): Arbitrary<Json> {
  const known = knownFields[field]
  if (known !== undefined) return known
  if (!isRecord(schema)) return fc.jsonValue({ maxDepth: 2 })
  const options = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(options)) return fc.oneof(...options.map((option: Json) => validValue(option, field)))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum'].map((value: Json) => value))
  return valueOfType(schema)
}

function valueOfType(schema: Record<string, Json>): Arbitrary<Json> {
  switch (schema['type']) {
    case 'object':
      return validObject(schema)
    case 'array':
      return fc.array(validValue(schema['items']), {
        minLength: numberOr(schema['minItems'], 0),
        maxLength: 6,
      })
    case 'string':
      return validText(schema)
    case 'integer':
    case 'number': {
      const min = numberOr(schema['minimum'], 0)
      const max = numberOr(schema['maximum'], 1000)
      return fc.oneof(fc.integer({ min, max: Math.min(max, min + 20) }), fc.integer({ min, max }))
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function validText(schema: Record<string, Json>): Arbitrary<string> {
  if (schema['format'] === 'date-time') {
    const from = Date.now() + 1000
    const near = fc.integer({ min: 0, max: 20_000 }).map((ms) => new Date(from + ms).toISOString())
    return fc.oneof(near, fc.constant('2999-12-31T23:59:59.000Z'))
  }
  if (schema['format'] === 'uuid') return fc.uuid({ version: 4 })
  const minLength = numberOr(schema['minLength'], 0)
  const maxLength = Math.min(numberOr(schema['maxLength'], 80), 300)
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) })
}

function validObject(schema: Record<string, Json>): Arbitrary<Json> {
  const fields = Object.entries(recordAt(schema, 'properties') ?? {})
  const required = schema['required']
  const requiredKeys = fields
    .map(([name]) => name)
    .filter((name) => Array.isArray(required) && required.includes(name))
  const model = Object.fromEntries(fields.map(([name, field]) => [name, validValue(field, name)]))
  return fc.record(model, { requiredKeys })
}

/** Values like the valid ones, with something wrong about them. */
export function nearlyValidValue(schema: Json): Arbitrary<Json> {
  const names = Object.keys(recordAt(schema, 'properties') ?? {})
  const field = names.length === 0 ? hostileText : fc.oneof(fc.constantFrom(...names), hostileText)
  return fc
    .tuple(validValue(schema), field, hostileValue, fc.constantFrom('set', 'drop', 'wrap', 'nest'))
    .map(([value, name, hostile, how]) => {
      if (!isRecord(value)) return how === 'wrap' ? [value] : hostile
      if (how === 'wrap') return [value]
      const { [name]: previous, ...rest } = value
      if (how === 'drop') return rest
      return { ...rest, [name]: how === 'nest' ? { [name]: previous } : hostile }
    })
}

function numberOr(value: Json, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
