import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { Failure } from '../failure.ts'
import { reach } from './reach.ts'
import { chooseServer } from './server-address.ts'
import type { Session } from './session-file.ts'
import { isToken } from './token.ts'

const SESSION_COOKIE = 'neptun-session'

/** An answer, read to its end. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** There when it isn't text. */
  readonly bytes?: Buffer
}

export type Sent = {
  readonly json?: unknown
  readonly cookies?: readonly string[]
}

/** A server's REST API, for a visitor or, with a session, for an owner. */
export type Api = {
  readonly server: string
  readonly session: Session | undefined
  /** Any answer as it is. @throws Failure when the server can't be reached */
  readonly send: (method: string, path: string, sent?: Sent) => Promise<Answer>
  /** The value of a 200. @throws Failure for every other answer */
  readonly call: <T extends TSchema>(
    method: string,
    path: string,
    schema: T,
    json?: unknown,
  ) => Promise<Static<T>>
}

/** An owner's: `path` begins `/api/users/{id}`. */
export type OwnerApi = Api & { readonly session: Session; readonly path: (rest: string) => string }

export function createApi(server: string, session?: Session): Api {
  const send: Api['send'] = async (method, path, { json, cookies = [] } = {}) => {
    const { cookie, ...credentials } = session === undefined ? {} : credentialsOf(session)
    const all = cookie === undefined ? cookies : [cookie, ...cookies]
    const response = await reach(server, path, {
      method,
      // A redirect would carry a password somewhere that nobody named.
      redirect: 'manual',
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...credentials,
        ...(all.length === 0 ? {} : { cookie: all.join('; ') }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    return response
  }
  const call: Api['call'] = async (method, path, schema, json) => {
    const answer = await send(method, path, { json })
    if (answer.status !== 200) throw failureOf(answer, server, session)
    const value = parseJson(answer.text)
    if (!Check(schema, value)) throw strangeAnswer(server)
    return value
  }
  return { server, session, send, call }
}

/** The header that says who asks. */
export function credentialsOf({ token }: Session): { cookie?: string; authorization?: string } {
  return isToken(token) ? { authorization: `Bearer ${token}` } : { cookie: `${SESSION_COOKIE}=${token}` }
}

/** @throws Failure unless there is a session */
export function asOwner(server: string, session: Session | undefined): OwnerApi {
  if (session === undefined) throw notSignedIn(server, `You are not signed in at ${server}.`)
  const api = createApi(server, session)
  return { ...api, session, path: (rest) => `/api/users/${session.userId}${rest}` }
}

export function notSignedIn(server: string, reason: string): Failure {
  const option = server === chooseServer(undefined) ? '' : ` --server ${server}`
  return new Failure('not-signed-in', `${reason} Sign in with: neptun-share login${option}`)
}

/** What an answer other than a 200 means for whoever asked. */
export function failureOf(answer: Answer, server: string, session?: Session): Failure {
  const { status } = answer
  const message = messageOf(answer)
  const details = { status }
  if (status === 401 && session !== undefined && isToken(session.token)) {
    return new Failure(
      'not-signed-in',
      `The token for ${session.email} at ${server} has expired or was revoked. Make a new one on the account page there.`,
    )
  }
  if (status === 401 && session !== undefined) {
    return notSignedIn(server, `The session of ${session.email} at ${server} has ended.`)
  }
  if (status === 401)
    return new Failure('not-signed-in', message ?? 'The server asks for an account.', details)
  if (status >= 300 && status < 400) {
    const target = answer.headers.get('location')
    return new Failure(
      'refused',
      `${server} redirects${target ? ` to ${target}` : ''}; name that server with --server.`,
    )
  }
  if (message === undefined && status < 500) return strangeAnswer(server)
  if (status === 404) return new Failure('not-found', `${message}.`.replace(/\.\.$/, '.'), details)
  if (status === 429) {
    const seconds = answer.headers.get('retry-after')
    return new Failure('refused', `${message}${seconds ? ` Wait ${seconds} seconds.` : ''}`, details)
  }
  if (status < 500) return new Failure('refused', `${server} refuses: ${message}`, details)
  const isAway = status === 502 || status === 503 || status === 504
  const said = message === undefined ? '' : `: ${message}`
  return new Failure(isAway ? 'unreachable' : 'failed', `${server} answers ${status}${said}`, details)
}

export function strangeAnswer(server: string): Failure {
  return new Failure('failed', `${server} doesn't answer like a Neptun Share server; check the address.`)
}

/** The sentence in an error of the API, with each thing that was wrong with what was sent. */
function messageOf({ text }: Answer): string | undefined {
  const body = parseJson(text)
  if (!isRecord(body) || typeof body['message'] !== 'string') return undefined
  const issues = isRecord(body['data']) ? body['data']['issues'] : undefined
  const said = Array.isArray(issues)
    ? issues
        .map((issue) => (isRecord(issue) ? issue['message'] : undefined))
        .filter((one) => typeof one === 'string')
    : []
  return said.length > 0 ? said.join(' ') : body['message']
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
