import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Context, Origin, Session } from '../actions/context.ts'
import { type Soon, whenThere } from '../soon.ts'
import { findSession } from '../actions/find-session.ts'
import { Refusal } from '../actions/refusal.ts'
import { type Answer, BASE_HEADERS, SESSION_COOKIE } from './answer.ts'
import { originOf, sessionTokenOf } from './asked.ts'
import type { ErrorStyle } from './error-body.ts'
import type { HttpSettings } from './http-settings.ts'
import { passBodiesOn } from './plugins/bodies.ts'
import { checkOf, expectedNames, type InputPart, readIds, refuseUnstorableText } from './validate.ts'

/**
 * Who may use a route. There is no default: a route that doesn't say fails at start.
 *
 * - `anyone`: no session is looked at
 * - `visitor`: anyone; a session is looked up where one is presented, and the action decides
 * - `owner`: the session must be of the user that the path names
 * - `operator`: this machine, or who has the metrics token
 */
export type Access = 'anyone' | 'visitor' | 'owner' | 'operator'

/** An answer as the OpenAPI document tells it. */
export interface DocumentedAnswer {
  readonly description: string
  readonly schema?: TSchema
  /** where it isn't JSON */
  readonly contentType?: string
  /** what it may be besides, by content type */
  readonly others?: Readonly<Record<string, TSchema>>
}

/** What a handler gets: input checked, session looked up. */
export interface Asked<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** of the owner on `owner` routes; of whoever asks, if signed in, on `visitor` routes */
  readonly session: Session | undefined
  /** the session token that was presented, valid or not */
  readonly token: string | undefined
  readonly from: Origin
  readonly request: FastifyRequest
}

export interface EndpointSpec<P extends TSchema, Q extends TSchema, B extends TSchema> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly access: Access
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: P
  readonly query?: Q
  /** alternatives; an absent body counts as an empty object */
  readonly body?: readonly B[]
  /** fields of the body whose unstorable characters are mended instead of refused */
  readonly mendedFields?: readonly string[]
  /** takes `application/x-www-form-urlencoded` too */
  readonly takesForms?: boolean
  /** reads the body itself while it arrives (see upload.ts): the form, and the types of a file sent as it is */
  readonly upload?: { readonly form: TSchema; readonly types: readonly string[] }
  /** bytes; 1 MiB where it isn't said */
  readonly bodyLimit?: number
  readonly errors?: ErrorStyle
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  handle(
    asked: Asked<Static<P>, Static<Q>, Static<B>>,
    context: Context,
    settings: HttpSettings,
  ): Soon<Answer>
}

/** An endpoint, its input's types forgotten: what the server registers. */
export interface Endpoint extends Omit<EndpointSpec<TSchema, TSchema, TSchema>, 'handle'> {
  run(request: FastifyRequest, context: Context, settings: HttpSettings): Soon<Answer>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    errors?: ErrorStyle
    takesForms?: boolean
    /** the names that each part of the request expects, for a 400 */
    expected?: Record<InputPart, string>
  }
  interface FastifyRequest {
    neptunSession: (Session & { readonly isRenewed: boolean }) | undefined
  }
}

/** Puts an endpoint together: parse, then act, then present. */
export function endpoint<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(spec: EndpointSpec<P, Q, B>): Endpoint {
  const checkParams = spec.params && checkOf(spec.params, 'params')
  const checkQuery = spec.query && checkOf(spec.query, 'query')
  const bodies = spec.body?.map((schema) => ({ schema, check: checkOf(schema, 'body') }))

  return {
    ...spec,
    run(request, context, settings) {
      const params = checkParams?.(readIds(request.params as Record<string, string>)) as Static<P>
      const query = checkQuery?.(request.query) as Static<Q>
      const body = readBody(request.body) as Static<B>
      const session = request.neptunSession
      if (spec.access === 'owner' && session?.userId !== userIdIn(params)) {
        throw new Refusal({ code: 'user-not-found' })
      }
      const from = originOf(request)
      return spec.handle(
        { params, query, body, session, token: sessionTokenOf(request), from, request },
        context,
        settings,
      )
    },
  }

  function readBody(sent: unknown): unknown {
    if (!bodies) return undefined
    const value = sent === undefined ? {} : sent
    const chosen = bodies.find(({ schema }) => couldBe(schema, value)) ?? bodies[0]
    const checked = chosen?.check(value)
    refuseUnstorableText(checked, spec.mendedFields ?? [])
    return checked
  }
}

/** Which alternative a body means to be: the one whose kind it has, or whose first field it brings. */
function couldBe(schema: TSchema, value: unknown): boolean {
  if (Array.isArray(value)) return 'items' in schema
  if (!('properties' in schema) || typeof value !== 'object' || value === null) return false
  const [first] = Object.keys(schema.properties as object)
  return first !== undefined && first in value
}

function userIdIn(params: unknown): number | undefined {
  if (typeof params !== 'object' || params === null || !('user_id' in params)) return undefined
  return typeof params.user_id === 'number' ? params.user_id : undefined
}

/** Registers endpoints with the server. */
export function registerEndpoints(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  context: Context,
  settings: HttpSettings,
): void {
  const register = (scope: FastifyInstance, item: Endpoint): void => {
    scope.route({
      method: item.method,
      url: item.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      ...(item.bodyLimit === undefined ? {} : { bodyLimit: item.bodyLimit }),
      config: {
        access: item.access,
        errors: item.errors ?? 'plain',
        takesForms: item.takesForms ?? false,
        readsBody: item.upload !== undefined,
        expected: {
          params: expectedNames(item.params ? [item.params] : []),
          query: expectedNames(item.query ? [item.query] : []),
          body: expectedNames(item.body ?? (item.upload ? [item.upload.form] : [])),
        },
      },
      // Most readers bring no session, and none reads a body: their hook would only cost.
      ...(item.access === 'owner' || item.access === 'operator'
        ? { onRequest: (request: FastifyRequest) => checkAccess(item, request, context, settings) }
        : {}),
      handler(request, reply) {
        const session = item.access === 'visitor' ? lookUpSession(request, context) : undefined
        const answer = whenThere(session, () => item.run(request, context, settings))
        if (!(answer instanceof Promise)) return send(reply, answer, request, settings)
        return answer.then((answer) => {
          send(reply, answer, request, settings)
          return reply
        })
      },
    })
  }
  for (const item of endpoints) if (!item.upload) register(app, item)
  app.register(async (scope) => {
    passBodiesOn(scope)
    for (const item of endpoints) if (item.upload) register(scope, item)
  })
}

/** Runs before the body is read: without a session an owner's route looks at nothing. */
async function checkAccess(
  item: Endpoint,
  request: FastifyRequest,
  context: Context,
  settings: HttpSettings,
): Promise<void> {
  if (item.access === 'operator') {
    if (!settings.isOperator(request)) throw new Refusal({ code: 'route-not-found' })
    return
  }
  await lookUpSession(request, context)
  if (!request.neptunSession) throw new Refusal({ code: 'no-session' })
}

function lookUpSession(request: FastifyRequest, context: Context): Soon<void> {
  const token = sessionTokenOf(request)
  if (token === undefined) return undefined
  return whenThere(findSession(context, token), (session) => {
    request.neptunSession = session
  })
}

/** Sends an answer with the headers that all answers have, and a renewed session's cookie. */
function send(reply: FastifyReply, answer: Answer, request: FastifyRequest, settings: HttpSettings): void {
  const { status = 200, statusMessage, body } = answer
  const cookies = cookiesOf(answer, request, settings)
  const headers: Record<string, string | number | string[]> = { ...BASE_HEADERS, ...answer.headers }
  if (cookies.length > 0) headers['set-cookie'] = cookies
  if (statusMessage !== undefined) reply.raw.statusMessage = statusMessage
  if (body instanceof Readable) {
    reply.code(status).headers(headers).send(body)
    return
  }

  let bytes = body
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
    headers['content-type'] = 'application/json; charset=utf-8'
    bytes = JSON.stringify(body)
  }
  if (bytes !== undefined) headers['content-length'] = Buffer.byteLength(bytes as string | Buffer)
  else if (status !== 204 && status !== 304) headers['content-length'] = 0
  // Past Fastify's own sending, which takes the headers one by one and looks for hooks that aren't there.
  reply.hijack()
  reply.raw.writeHead(status, headers)
  reply.raw.end(bytes)
}

function cookiesOf(answer: Answer, request: FastifyRequest, settings: HttpSettings): string[] {
  const cookies = [...(answer.cookies ?? [])]
  const token = request.neptunSession?.isRenewed ? sessionTokenOf(request) : undefined
  if (token === undefined || cookies.some((set) => set.startsWith(`${SESSION_COOKIE}=`))) return cookies
  return [...cookies, settings.sessionCookie(token)]
}
