import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../actions/context.ts'
import { findSession, type LiveSession } from '../../reading/find-session.ts'
import { Refusal } from '../../actions/refusal.ts'
import { type Soon, whenThere } from '../../soon.ts'
import type { Answer } from './answer.ts'
import { sessionHashOf } from './asked.ts'
import type { Access, Endpoint, Expected } from './endpoint.ts'
import type { ErrorStyle } from './error-body.ts'
import type { HttpSettings } from './http-settings.ts'
import { passBodiesOn } from '../plugins/bodies.ts'
import { headersOf, writeAnswer } from './write-answer.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    errors?: ErrorStyle
    takesForms?: boolean
    expected?: Expected
  }
  interface FastifyRequest {
    neptunSession: LiveSession | undefined
  }
}

/** The pattern of a path as routers and the log have it: `/api/users/:user_id`. */
export function routePattern({ path }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Registers endpoints with the server. */
export function registerEndpoints(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  context: Context,
  settings: HttpSettings,
): void {
  app.decorateRequest('neptunSession', undefined)
  const register = (scope: FastifyInstance, item: Endpoint): void => {
    scope.route({
      method: item.method,
      url: routePattern(item),
      ...(item.bodyLimit === undefined ? {} : { bodyLimit: item.bodyLimit }),
      config: {
        access: item.access,
        errors: item.errors ?? 'plain',
        takesForms: item.takesForms ?? false,
        readsBody: item.upload !== undefined,
        expected: item.expected,
      },
      // Most readers bring no session, and none reads a body: their hook would only cost.
      ...(item.access === 'owner' || item.access === 'operator'
        ? { onRequest: (request: FastifyRequest) => checkAccess(item, request, context, settings) }
        : {}),
      handler(request, reply) {
        const session = item.access === 'visitor' ? lookUpSession(request, context) : undefined
        const answer = whenThere(session, () => item.run(inputOf(request), context, settings))
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
  const tokenHash = sessionHashOf(request)
  if (tokenHash === undefined) return undefined
  return whenThere(findSession(context, tokenHash), (session) => {
    request.neptunSession = session
  })
}

function inputOf(request: FastifyRequest): Parameters<Endpoint['run']>[0] {
  const { query, body, neptunSession: session } = request
  return { params: request.params as Record<string, string>, query, body, session, request }
}

function send(reply: FastifyReply, answer: Answer, request: FastifyRequest, settings: HttpSettings): void {
  const headers = headersOf(answer, request, request.neptunSession, settings)
  if (answer.body instanceof Readable) {
    if (answer.statusMessage !== undefined) reply.raw.statusMessage = answer.statusMessage
    reply
      .code(answer.status ?? 200)
      .headers(headers)
      .send(answer.body)
    return
  }
  // Past Fastify's own sending, which takes the headers one by one and looks for hooks that aren't there.
  reply.hijack()
  writeAnswer(reply.raw, answer, headers)
}
