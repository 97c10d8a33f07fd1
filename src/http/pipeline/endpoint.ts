import type { Static, TSchema } from 'typebox'
import type { Context, Origin, Session } from '../../actions/context.ts'
import { Refusal } from '../../actions/refusal.ts'
import type { Answer } from './answer.ts'
import { type AskedRequest, originOf } from './asked.ts'
import type { ErrorStyle } from './error-body.ts'
import type { HttpSettings } from './http-settings.ts'
import { checkOf, expectedNames, type InputPart, readIds, refuseUnstorableText } from '../input/validate.ts'

/**
 * Who may use a route. There is no default: a route that doesn't say fails at start.
 *
 * - `anyone`: no session is looked at
 * - `reader`: anyone; the action decides, and finds the session itself along with the share
 * - `visitor`: anyone; a session is looked up where one is presented, and the action decides
 * - `owner`: the session must be of the user that the path names
 * - `operator`: this machine, or who has the metrics token
 */
export type Access = 'anyone' | 'reader' | 'visitor' | 'owner' | 'operator'

/** An answer as the OpenAPI document tells it. */
export interface DocumentedAnswer {
  readonly description: string
  readonly schema?: TSchema
  /** where it isn't JSON */
  readonly contentType?: string
  /** which cookie it sets, as a phrase */
  readonly setsCookie?: string
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
  /** of the session token that was presented, valid or not */
  readonly tokenHash: string | undefined
  readonly from: Origin
  readonly request: AskedRequest
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
  /** those of the alternatives whose fields a 400 names; all unless said */
  readonly namedBody?: readonly B[]
  /** fields of the body whose unstorable characters are mended instead of refused */
  readonly mendedFields?: readonly string[]
  /** takes `application/x-www-form-urlencoded` too */
  readonly takesForms?: boolean
  /** reads the body itself while it arrives (see upload.ts): the form, and the types of a file sent as it is */
  readonly upload?: { readonly form: TSchema; readonly types: readonly string[] }
  /** sent again with the same `Idempotency-Key`, it is done once */
  readonly takesIdempotencyKey?: boolean
  /** reads or writes whole chats: fewer of them run at a time */
  readonly isHeavy?: boolean
  /** bytes; 1 MiB where it isn't said */
  readonly bodyLimit?: number
  readonly errors?: ErrorStyle
  /** whether programs use it with a token; unless it is said, they do except for what is tagged `Accounts` */
  readonly takesTokens?: boolean
  /** a POST that changes nothing of the account's: a token that may only read may send it */
  readonly isReading?: boolean
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  handle(
    asked: Asked<Static<P>, Static<Q>, Static<B>>,
    context: Context,
    settings: HttpSettings,
  ): Answer | Promise<Answer>
}

/** What a request brings, nothing of it checked but the session. */
export interface Input {
  readonly params: Record<string, string>
  readonly query: unknown
  readonly body: unknown
  readonly session: Session | undefined
  readonly tokenHash: string | undefined
  readonly request: AskedRequest
}

/** The names that each part of a request expects, for a 400. */
export type Expected = Readonly<Record<InputPart, string>>

/** An endpoint, its input's types forgotten: what the server registers. */
export interface Endpoint extends Omit<EndpointSpec<TSchema, TSchema, TSchema>, 'handle'> {
  readonly expected: Expected
  run(input: Input, context: Context, settings: HttpSettings): Answer | Promise<Answer>
}

/** Whether a program with a token may use the endpoint at all. */
export function isForTokens({ takesTokens, tag }: Endpoint): boolean {
  return takesTokens ?? tag !== 'Accounts'
}

/** Whether a token that may only read will do. */
export function isOnlyReading({ method, isReading }: Endpoint): boolean {
  return method === 'GET' || method === 'HEAD' || isReading === true
}

/** Puts an endpoint together: parse, then act, then present. */
export function endpoint<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(spec: EndpointSpec<P, Q, B>): Endpoint {
  const checkParams = spec.params && checkOf(spec.params, 'params')
  const checkQuery = spec.query && checkOf(spec.query, 'query')
  const hasIds = spec.path.includes('_id}')
  const bodies = spec.body?.map((schema) => ({ schema, check: checkOf(schema, 'body') }))

  return {
    ...spec,
    expected: {
      params: expectedNames(spec.params ? [spec.params] : []),
      query: expectedNames(spec.query ? [spec.query] : []),
      body: expectedNames(spec.namedBody ?? spec.body ?? (spec.upload ? [spec.upload.form] : [])),
    },
    run(input, context, settings) {
      const { session, tokenHash, request } = input
      const params = checkParams?.(hasIds ? readIds(input.params) : input.params) as Static<P>
      if (spec.access === 'owner') refuseUnknown(input.query, spec.query)
      const query = checkQuery?.(input.query) as Static<Q>
      const body = readBody(input.body) as Static<B>
      if (spec.access === 'owner' && session?.userId !== userIdIn(params)) {
        throw new Refusal({ code: 'user-not-found' })
      }
      const from = originOf(request, settings)
      return spec.handle({ params, query, body, session, tokenHash, from, request }, context, settings)
    },
  }

  function readBody(sent: unknown): unknown {
    if (!bodies) return undefined
    const value = sent === undefined ? {} : sent
    const chosen = bodies.findLast(({ schema }) => couldBe(schema, value)) ?? bodies[0]
    const checked = chosen?.check(value)
    refuseUnstorableText(checked, spec.mendedFields ?? [])
    return checked
  }
}

/** A parameter that nobody knows may be a misspelt one. @throws Refusal that names it */
function refuseUnknown(query: unknown, schema: TSchema | undefined): void {
  const known = schema && 'properties' in schema ? (schema.properties as object) : {}
  const issues = Object.keys(query ?? {})
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => ({
      code: 'unrecognized_keys',
      message: 'No such parameter; check its spelling',
      path: [name],
    }))
  if (issues.length > 0) throw new Refusal({ code: 'invalid-input', part: 'query', issues })
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
