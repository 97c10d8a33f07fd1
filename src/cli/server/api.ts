import { Check } from 'typebox/schema'
import type { ApiProblem } from '../../client/api-problem.ts'
import { type AccountApi, type Client, createClient } from '../../client/client.ts'
import { contract } from '../../contract/schemas.ts'
import { Failure } from '../failure.ts'
import { chooseServer } from './server-address.ts'
import type { Session } from './session-file.ts'
import { isToken } from './token.ts'
import { unreachable } from './unreachable.ts'

/** An owner's, who is signed in. */
export type OwnerApi = AccountApi & { readonly client: Client; readonly session: Session }

/** A server's API, for a visitor or, with a session, for an owner; it throws Failures. */
export function createApi(server: string, session?: Session): Client {
  return connect(server, session, (problem) => failureOf(problem, server, session))
}

/** The same; it throws ApiProblems, unless something else is made of them. */
export function connect(
  server: string,
  session: Session | undefined,
  asError?: (problem: ApiProblem) => Error,
): Client {
  const isProgram = session !== undefined && isToken(session.token)
  return createClient({
    server,
    token: isProgram ? session.token : undefined,
    session: isProgram ? undefined : session?.token,
    isAnswer: (schema, value) => Check(contract[schema], value),
    asError,
  })
}

/** @throws Failure unless there is a session */
export function asOwner(server: string, session: Session | undefined): OwnerApi {
  if (session === undefined) throw notSignedIn(server, `You are not signed in at ${server}.`)
  const client = createApi(server, session)
  return { ...client.account(session.userId), client, session }
}

export function notSignedIn(server: string, reason: string): Failure {
  const option = server === chooseServer(undefined) ? '' : ` --server ${server}`
  return new Failure('not-signed-in', `${reason} Sign in with: neptun-share login${option}`)
}

/** What it means for whoever asked that there is no 200. */
export function failureOf(problem: ApiProblem, server: string, session?: Session): Failure {
  const { status, headers } = problem
  if (problem.kind === 'unreachable') return unreachable(server, problem.cause ?? problem)
  const message = messageOf(problem)
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
    const target = headers.get('location')
    return new Failure(
      'refused',
      `${server} redirects${target ? ` to ${target}` : ''}; name that server with --server.`,
    )
  }
  if (problem.kind === 'unexpected' || (message === undefined && status < 500)) return strangeAnswer(server)
  if (status === 404) return new Failure('not-found', `${message}.`.replace(/\.\.$/, '.'), details)
  if (status === 429) {
    const seconds = headers.get('retry-after')
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
function messageOf({ body, issues }: ApiProblem): string | undefined {
  return issues.length > 0 ? issues.map(({ message }) => message).join(' ') : body?.message
}
