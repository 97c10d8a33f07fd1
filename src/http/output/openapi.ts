import type { TSchema } from 'typebox'
import { VERSION } from '../../version.ts'
import { type DocumentedAnswer, type Endpoint, isForTokens } from '../pipeline/endpoint.ts'

/** The OpenAPI 3.1 document of the endpoints: the contract's machine form, made from what they run on. */
export function openApiDocument(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {})
    path[endpoint.method.toLowerCase()] = operation(endpoint)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Neptun Share',
      version: VERSION,
      description: 'Share a conversation with an AI, and decide who may see it.',
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'neptun-session' },
        password: { type: 'http', scheme: 'basic', description: "A share's password; any user name" },
        token: { type: 'http', scheme: 'bearer', description: "A program's token, `npt_…`" },
        metrics: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

const READING = [{}, { session: [] }, { token: [] }, { password: [] }] as const
const SECURITY = {
  anyone: [],
  reader: READING,
  visitor: READING,
  owner: [{ session: [] }, { token: [] }],
  operator: [{}, { metrics: [] }],
} as const

function operation(endpoint: Endpoint): object {
  const { body } = endpoint
  const parameters = [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')]
  return {
    operationId: operationId(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: requestBody(body, endpoint.takesForms ?? false) } : {}),
    ...(endpoint.upload ? { requestBody: uploadedBody(endpoint.upload) } : {}),
    responses: Object.fromEntries(
      Object.entries(endpoint.answers).map(([status, answer]) => [status, response(answer)]),
    ),
    security: securityOf(endpoint),
  }
}

function securityOf(endpoint: Endpoint): readonly object[] {
  const all = SECURITY[endpoint.access]
  return isForTokens(endpoint) ? all : all.filter((way) => !('token' in way))
}

/** `POST /api/users/{user_id}/chats` is `post_users_user_id_chats`. */
function operationId({ method, path }: Endpoint): string {
  const words = path.replace(/^\/api/, '').match(/\w+/g) ?? []
  return [method.toLowerCase(), ...words].join('_')
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query'): object[] {
  if (!schema || !('properties' in schema)) return []
  return Object.entries(schema.properties as Record<string, TSchema>).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: property,
  }))
}

function requestBody(bodies: readonly TSchema[], takesForms: boolean): object {
  const [only, ...others] = bodies
  const schema = others.length === 0 ? only : { anyOf: bodies }
  return {
    required: bodies.some((body) => !('properties' in body) || 'required' in body),
    content: {
      'application/json': { schema },
      ...(takesForms ? { 'application/x-www-form-urlencoded': { schema } } : {}),
    },
  }
}

function uploadedBody({ form, types }: NonNullable<Endpoint['upload']>): object {
  // Bytes of a file have no schema: https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads
  const asItIs = types.map((type): [string, object] => [type, {}])
  return {
    required: true,
    content: { 'multipart/form-data': { schema: form }, ...Object.fromEntries(asItIs) },
  }
}

function response({
  description,
  schema,
  contentType = 'application/json',
  others,
}: DocumentedAnswer): object {
  if (!schema) return { description }
  const schemas = Object.entries({ [contentType]: schema, ...others })
  return {
    description,
    content: Object.fromEntries(schemas.map(([type, value]) => [type, { schema: value }])),
  }
}
