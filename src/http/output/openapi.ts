import type { TSchema } from 'typebox'
import { VERSION } from '../../version.ts'
import { type DocumentedAnswer, type Endpoint, isForTokens } from '../pipeline/endpoint.ts'
import { addCommonAnswers } from './openapi/common-answers.ts'
import { exampleOf } from './openapi/example.ts'
import { nameOperations } from './openapi/operation-names.ts'
import { type NamedSchemas, nameSchemas } from './openapi/schema-names.ts'

/** What the tags are about, in the order of the document. Tags without a text are taken too. */
const TAGS: Readonly<Record<string, string>> = {
  Accounts: 'Accounts, sessions and what was done with them',
  Chats: 'Chats of one account',
  Messages: 'Messages of a chat',
  Files: 'Pictures and other files of a chat',
  Shares: 'Links to a chat, and who may open them',
  'Shared chats': 'Reading what others have shared',
  Webhooks: 'Programs that are told when links are made and read',
  Imports: 'Chats out of files of other programs',
  Exports: 'Chats as files',
  Service: 'The server itself',
}

/** Made for people who look, not for programs: pages and their parts. */
const UNDOCUMENTED = 'Pages'

/** The OpenAPI 3.1 document of the endpoints: the contract's machine form, made from what they run on. */
export function openApiDocument(endpoints: readonly Endpoint[]): object {
  const documented = endpoints.filter(({ tag }) => tag !== UNDOCUMENTED)
  const schemas = nameSchemas()
  const paths = pathsOf(documented, schemas)
  const tags = new Set([...Object.keys(TAGS), ...documented.map(({ tag }) => tag)])
  const isUsed = (name: string): boolean => documented.some(({ tag }) => tag === name)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Neptun Share',
      version: VERSION,
      description: 'Share a conversation with an AI, and decide who may see it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [...tags.values()].filter(isUsed).map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      schemas: schemas.used(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'neptun-session' },
        password: { type: 'http', scheme: 'basic', description: "A share's password; any user name" },
        token: { type: 'http', scheme: 'bearer', description: "A program's token, `npt_…`" },
        metrics: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

/** The same of all endpoints, pages too, with every schema where it is used: for programs that try them. */
export function wholeDocument(endpoints: readonly Endpoint[]): object {
  return { paths: pathsOf(endpoints, { write: (schema) => schema, used: () => ({}) }) }
}

function pathsOf(endpoints: readonly Endpoint[], schemas: NamedSchemas): object {
  const names = nameOperations(endpoints)
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {})
    path[endpoint.method.toLowerCase()] = operation(endpoint, names.get(endpoint) ?? '', schemas)
  }
  return paths
}

const READING = [{}, { session: [] }, { token: [] }, { password: [] }] as const
const SECURITY = {
  anyone: [],
  reader: READING,
  visitor: READING,
  owner: [{ session: [] }, { token: [] }],
  operator: [{}, { metrics: [] }],
} as const

function operation(endpoint: Endpoint, operationId: string, schemas: NamedSchemas): object {
  const { body } = endpoint
  const parameters = [
    ...parametersOf(endpoint.params, 'path', schemas),
    ...parametersOf(endpoint.query, 'query', schemas),
    ...(endpoint.takesIdempotencyKey ? [IDEMPOTENCY_KEY] : []),
  ]
  return {
    operationId,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: requestBody(body, endpoint.takesForms ?? false, schemas) } : {}),
    ...(endpoint.upload ? { requestBody: uploadedBody(endpoint.upload, schemas) } : {}),
    responses: Object.fromEntries(
      Object.entries(addCommonAnswers(endpoint)).map(([status, answer]) => [
        status,
        response(answer, status, endpoint, schemas),
      ]),
    ),
    security: securityOf(endpoint),
  }
}

function securityOf(endpoint: Endpoint): readonly object[] {
  const all = SECURITY[endpoint.access]
  return isForTokens(endpoint) ? all : all.filter((way) => !('token' in way))
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Sent again within a day with the same key, the request is done once. A new one for each, such as a UUID.',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query', schemas: NamedSchemas): object[] {
  if (!schema || !('properties' in schema)) return []
  const required = 'required' in schema && Array.isArray(schema.required) ? schema.required : []
  return Object.entries(schema.properties as Record<string, TSchema>).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...('description' in property ? { description: property.description } : {}),
    schema: schemas.write(property),
  }))
}

function requestBody(bodies: readonly TSchema[], takesForms: boolean, schemas: NamedSchemas): object {
  const [only, ...others] = bodies
  const schema = others.length === 0 && only ? schemas.write(only) : { anyOf: bodies.map(schemas.write) }
  const example = only && exampleOf(only)
  return {
    required: bodies.some((body) => !('properties' in body) || 'required' in body),
    content: {
      'application/json': { schema, ...(example === undefined ? {} : { example }) },
      ...(takesForms ? { 'application/x-www-form-urlencoded': { schema } } : {}),
    },
  }
}

function uploadedBody({ form, types }: NonNullable<Endpoint['upload']>, schemas: NamedSchemas): object {
  // Bytes of a file have no schema: https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads
  const asItIs = types.map((type): [string, object] => [type, {}])
  return {
    required: true,
    content: { 'multipart/form-data': { schema: schemas.write(form) }, ...Object.fromEntries(asItIs) },
  }
}

const HEADERS = {
  ETag: { description: 'For If-None-Match', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds until trying again makes sense', schema: { type: 'integer' } },
  'Set-Cookie': { description: 'The session, or its end', schema: { type: 'string' } },
} as const

/** Which headers an answer has besides those that all have. */
function headersOf(status: string, { setsCookie }: DocumentedAnswer, { answers }: Endpoint): object {
  const hasEtag = (status === '200' || status === '304') && 304 in answers
  const hasPause = status === '429' || status === '503'
  const headers = {
    ...(hasEtag ? { ETag: HEADERS.ETag } : {}),
    ...(hasPause ? { 'Retry-After': HEADERS['Retry-After'] } : {}),
    ...(setsCookie ? { 'Set-Cookie': { ...HEADERS['Set-Cookie'], description: setsCookie } } : {}),
  }
  return Object.keys(headers).length === 0 ? {} : { headers }
}

function response(
  answer: DocumentedAnswer,
  status: string,
  endpoint: Endpoint,
  schemas: NamedSchemas,
): object {
  const { description, schema, contentType = 'application/json', others } = answer
  const told = { description, ...headersOf(status, answer, endpoint) }
  if (!schema) return told
  const bodies = Object.entries({ [contentType]: schema, ...others })
  return {
    ...told,
    content: Object.fromEntries(bodies.map(([type, value]) => [type, { schema: schemas.write(value) }])),
  }
}
