import { exampleOf } from '../../output/openapi/example.ts'
import { type ApiSchema, type PlacedOperation, resolve, type Schemas } from './api-document.ts'

const UUID = '0b9f3c1e-5d0c-4f6a-9a53-6b1f7a0c2d4e'

/**
 * A command that asks for an operation. What stays the same from one to the next is in variables of the shell, which the
 * page's beginning sets: `SERVER`, `TOKEN` and `USER_ID`.
 */
export function curlExample(placed: PlacedOperation, schemas: Schemas): string {
  const { method, operation } = placed
  const start = method === 'GET' ? 'curl' : method === 'HEAD' ? 'curl --head' : `curl -X ${method}`
  const parts = [
    `${start} "$SERVER${pathOf(placed)}"`,
    ...proofOf(placed),
    ...(operation.parameters?.some(({ in: place }) => place === 'header')
      ? ['-H "Idempotency-Key: $(uuidgen)"']
      : []),
    ...bodyOf(placed, schemas),
  ]
  return parts.join(' \\\n  ')
}

function pathOf({ path, operation: { parameters = [] } }: PlacedOperation): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return name === 'user_id' ? '$USER_ID' : valueOf(name, schema)
  })
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(
      ({ name, schema }) =>
        `${name}=${name === 'url' ? `$SERVER/shared/chats/${UUID}` : valueOf(name, schema)}`,
    )
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`
}

function valueOf(name: string, schema: ApiSchema): string {
  if (name === 'uuid') return UUID
  const value = exampleOf(schema, name)
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : encodeURIComponent(String(value))
}

function proofOf({ method, operation: { security, responses, requestBody } }: PlacedOperation): string[] {
  const setsCookie = Object.values(responses).some(({ headers }) => headers && 'Set-Cookie' in headers)
  // Signing in writes the cookie; signing out sends it, and is told that it's over.
  if (setsCookie) return [requestBody ? '-c session.txt' : '-b session.txt -c session.txt']
  const ways = new Set(security.flatMap((way) => Object.keys(way)))
  const isOpen = security.some((way) => Object.keys(way).length === 0)
  // Links are read without an account, and what is sent to open one is a proof by itself.
  if (ways.size === 0 || (isOpen && (method === 'GET' || requestBody))) return []
  return [ways.has('token') ? '-H "Authorization: Bearer $TOKEN"' : '-b session.txt']
}

function bodyOf({ method, operation: { requestBody } }: PlacedOperation, schemas: Schemas): string[] {
  if (!requestBody) return []
  const form = requestBody.content['multipart/form-data']?.schema
  if (form) {
    const fields = Object.keys(resolve(form, schemas).properties ?? {})
    const field = fields.find((name) => name.startsWith('file')) ?? 'file'
    return [`-F ${field}=@conversation.json`]
  }
  const json = requestBody.content['application/json']
  if (!json?.schema) return []
  const example = exampleBody(json.example, json.schema, method, schemas)
  const isShort = JSON.stringify(example).length < 40
  const text = JSON.stringify(example, undefined, isShort ? undefined : 2)
  return [
    `-H 'Content-Type: application/json'`,
    `-d '${text.replaceAll("'", `'\\''`).replaceAll('\n', '\n  ')}'`,
  ]
}

/** A change that changes nothing is no example: it has the first field that may be changed. */
function exampleBody(given: unknown, schema: ApiSchema, method: string, schemas: Schemas): unknown {
  const isEmpty = typeof given === 'object' && given !== null && Object.keys(given).length === 0
  if (given !== undefined && !(isEmpty && method === 'PATCH')) return given
  const [first] = Object.entries(resolve(schema, schemas).properties ?? {})
  return first ? { [first[0]]: exampleOf(resolve(first[1], schemas), first[0]) } : {}
}
