import fc, { type Arbitrary } from 'fast-check'
import { isRecord, recordAt, type Json } from '../kit/json.ts'
import { hostileText, hostileValue, nearlyValidValue, validValue } from './values.ts'

/** Who asks. */
export type Asker = 'owner' | 'stranger' | 'anonymous'

/** What stands in a path: the n-th real id of its kind, whatever that is by then, or a text. */
export type PathValue = { readonly real: number } | { readonly text: string }

/** A request as generated; ids that must be real are filled in when it is sent. */
export type FuzzRequest = {
  readonly asker: Asker
  readonly method: string
  /** The path as /openapi.json has it, with names in braces. */
  readonly path: string
  readonly parameters: Readonly<Record<string, PathValue>>
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

const contentTypes = fc.constantFrom(
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'APPLICATION/JSON;;;',
  'banana',
  '',
)

/** Header values as far as an HTTP client sends them at all. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
  maxLength: 60,
})

const authorization = fc.oneof(
  fc
    .constantFrom('sesame open', 'with:colon pässword', '', 'wrong')
    .map((p) => `Basic ${encode(`:${p}`, 'utf8')}`),
  fc.string({ unit: 'binary', maxLength: 60 }).map((p) => `Basic ${encode(p, 'latin1')}`),
  headerText.map((text) => `Basic ${text}`),
  headerText,
)

const oddHeader: Arbitrary<Record<string, string>> = fc.oneof(
  authorization.map((value) => ({ authorization: value })),
  fc
    .oneof(headerText, fc.constantFrom('*', '"x"', 'W/"x"', '"x", *'))
    .map((value) => ({ 'if-none-match': value })),
  fc
    .oneof(headerText, fc.constantFrom('text/markdown', 'text/markdown;q=0', '*/*;q=0', 'text/html'))
    .map((value) => ({ accept: value })),
  fc.oneof(fc.ipV4(), fc.ipV6(), headerText).map((value) => ({ 'x-forwarded-for': value })),
  headerText.map((value) => ({ forwarded: value })),
  fc.constantFrom('same-origin', 'none', 'cross-site', 'x').map((value) => ({ 'sec-fetch-site': value })),
  fc.constantFrom('null', 'https://elsewhere.example', 'x').map((value) => ({ origin: value })),
  headerText.map((value) => ({ cookie: `neptun-session=${value}` })),
  fc.constantFrom('gzip', 'x'.repeat(60)).map((value) => ({ 'content-encoding': value })),
  fc.constantFrom('bytes=0-1', 'x').map((value) => ({ range: value })),
  headerText.map((value) => ({ 'x-http-method-override': value })),
)

/** Any request to any route that the document describes: most of them plausible, many of them not. */
export function anyRequest(document: Json): Arbitrary<FuzzRequest> {
  const paths = Object.entries(recordAt(document, 'paths') ?? {})
  const operations = paths.flatMap(([path, item]) =>
    Object.entries(isRecord(item) ? item : {}).map(([method, operation]) =>
      requestOf(method.toUpperCase(), path, operation),
    ),
  )
  return fc.oneof(...operations)
}

const asker = (weight: number, who: Asker) => ({ weight, arbitrary: fc.constant(who) })
const mostlyOwner = [asker(6, 'owner'), asker(2, 'stranger'), asker(2, 'anonymous')]
const rarelyOwner = [asker(1, 'owner'), asker(5, 'stranger'), asker(4, 'anonymous')]

/** Whether a session may be over after such a request: then nothing else of the owner's would be reached. */
function endsSession(method: string, path: string): boolean {
  const changesAccount = path === '/api/users/{user_id}' && method !== 'GET'
  return changesAccount || path.startsWith('/api/auth/') || path.includes('/sessions')
}

function requestOf(method: string, path: string, operation: Json): Arbitrary<FuzzRequest> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const parameters = fc.record(Object.fromEntries(names.map((name) => [name, pathValue])))
  const contents = recordAt(operation, 'requestBody', 'content') ?? {}
  return fc
    .record({
      asker: endsSession(method, path) ? fc.oneof(...rarelyOwner) : fc.oneof(...mostlyOwner),
      parameters,
      query: queryOf(operation),
      odd: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeader }),
      sent: bodyOf(method, contents),
    })
    .map(({ asker, parameters: values, query, odd, sent }) => ({
      asker,
      method,
      path,
      parameters: values,
      query,
      headers: { ...odd, ...(sent.type === undefined ? {} : { 'content-type': sent.type }) },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    }))
}

const pathValue: Arbitrary<PathValue> = fc.oneof(
  { weight: 12, arbitrary: fc.nat({ max: 50 }).map((real) => ({ real })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2_147_483_647 }).map((id) => ({ text: String(id) })) },
  { weight: 1, arbitrary: fc.uuid().map((text) => ({ text })) },
  { weight: 1, arbitrary: hostileText.map((text) => ({ text: asPathSegment(text) })) },
)

function queryOf(operation: Json): Arbitrary<string> {
  const declared =
    isRecord(operation) && Array.isArray(operation['parameters']) ? operation['parameters'] : []
  const known = declared.flatMap((parameter: Json) => {
    if (!isRecord(parameter) || parameter['in'] !== 'query') return []
    const name = String(parameter['name'])
    // An object's own `toString` may be anything.
    const value = fc.oneof(
      validValue(parameter['schema']).map((value) =>
        typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
      ),
      queryText,
    )
    return [value.map((text): [string, string] => [name, text])]
  })
  const unknown = fc.tuple(hostileText, queryText)
  const pair =
    known.length > 0
      ? fc.oneof({ weight: 9, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: unknown })
      : unknown
  const query = fc
    .array(pair, { minLength: 1, maxLength: 2 })
    .map(
      (pairs) => `?${pairs.map(([name, text]) => `${asPathSegment(name)}=${asPathSegment(text)}`).join('&')}`,
    )
  return fc.oneof(
    { weight: known.length > 0 ? 1 : 9, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: query },
  )
}

const queryText = fc.oneof(
  fc.constantFrom('updated_at:desc', 'name:asc,id:desc', 'created_at:asc', 'banana:asc', 'name:'),
  hostileText,
)

type Sent = { readonly type?: string; readonly body?: string | Uint8Array<ArrayBuffer> }

function bodyOf(method: string, contents: Record<string, Json>): Arbitrary<Sent> {
  if (method === 'GET' || method === 'HEAD') {
    return fc.constantFrom<Sent>({}, { type: 'application/json' })
  }
  const schema = recordAt(contents, 'application/json', 'schema')
  const json = (value: Arbitrary<Json>) =>
    value.map((body): Sent => ({ type: 'application/json', body: JSON.stringify(body) ?? 'null' }))
  const noise = fc.oneof(
    fc
      .uint8Array({ maxLength: 200 })
      .map((bytes): Sent => ({ type: 'application/json', body: new Uint8Array(bytes) })),
    fc.tuple(contentTypes, hostileText).map(([type, body]): Sent => ({ type, body })),
    hostileText.map((body): Sent => ({ type: 'application/json', body })),
    fc.constant<Sent>({}),
  )
  if (schema === undefined)
    return fc.oneof({ weight: 6, arbitrary: fc.constant<Sent>({}) }, { weight: 2, arbitrary: noise })
  const takesForms = 'application/x-www-form-urlencoded' in contents
  return fc.oneof(
    { weight: 10, arbitrary: json(validValue(schema)) },
    { weight: 4, arbitrary: json(nearlyValidValue(schema)) },
    { weight: 1, arbitrary: json(hostileValue) },
    { weight: 1, arbitrary: noise },
    { weight: takesForms ? 3 : 1, arbitrary: form(schema) },
  )
}

function form(schema: Json): Arbitrary<Sent> {
  const type = 'application/x-www-form-urlencoded'
  const valid = validValue(schema).map((value): Sent => {
    const fields = Object.entries(isRecord(value) ? value : {})
    const pairs = fields.map(([name, field]): [string, string] => [
      name,
      typeof field === 'string' ? field : (JSON.stringify(field) ?? ''),
    ])
    return { type, body: new URLSearchParams(pairs).toString() }
  })
  const odd = fc.array(fc.tuple(hostileText, hostileText), { maxLength: 4 }).map((pairs): Sent => {
    return { type, body: pairs.map((pair) => pair.map((text) => asPathSegment(text)).join('=')).join('&') }
  })
  return fc.oneof(valid, odd)
}

/** Percent-encodes what a URL can't carry, and leaves alone what is odd but legal. */
function asPathSegment(text: string): string {
  const encoded = text.toWellFormed().slice(0, 3000)
  return encoded.includes('%') ? encoded.replaceAll(/[^\w%.~'*-]/g, '') : encodeURIComponent(encoded)
}

function encode(text: string, encoding: 'utf8' | 'latin1'): string {
  return Buffer.from(text, encoding).toString('base64')
}
