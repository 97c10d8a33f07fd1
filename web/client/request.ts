import type { Static } from 'typebox'
import { secondsInWords } from '../../src/accounts/seconds-in-words.ts'
import type { ApiError, ValidationError } from '../../src/contract/common.ts'
import { signInAgain } from '../session/session-ended.ts'

type ErrorBody = Static<typeof ApiError> | Static<typeof ValidationError>
export type Issue = Static<typeof ValidationError>['data']['issues'][number]

/** Why the API refused, in words for the person in front of it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  /** 0 when there was no answer */
  readonly status: number
  readonly issues: readonly Issue[]

  constructor(status: number, message: string, issues: readonly Issue[] = []) {
    super(message)
    this.status = status
    this.issues = issues
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/**
 * Asks the API. Where the session has ended, the person signs in again and the same request goes
 * out once more, so that nothing they wrote is lost.
 *
 * @throws ApiProblem
 */
export async function request<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body)
  if (answer.status === 401 && path.startsWith('/api/users/')) {
    await signInAgain()
    return read<T>(await send(method, path, body))
  }
  return read<T>(answer)
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  } catch {
    throw unreachable()
  }
}

/** There was no answer. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, 'The server can’t be reached. Check your connection and try again.')
}

/** Asked, as the browser only knows whether there is a network: a server on this machine needs none. */
export async function isServerReachable(): Promise<boolean> {
  return fetch('/health', { method: 'HEAD' }).then(
    () => true,
    () => false,
  )
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T
  if (answer.ok) return (await answer.json()) as T
  const body: unknown = await answer.json().catch(() => undefined)
  throw problemFrom(answer.status, answer.headers.get('retry-after'), body)
}

/** A refusal in words. @param retryAfter the header's value @param body as it was parsed, if it could be */
export function problemFrom(status: number, retryAfter: string | null, body: unknown): ApiProblem {
  const error = body as ErrorBody | undefined
  const issues = error && 'issues' in error.data ? error.data.issues : []
  return new ApiProblem(status, messageOf(status, retryAfter, error, issues), issues)
}

const TOO_MANY = 'Too many attempts. Try again later.'

function messageOf(
  status: number,
  retryAfter: string | null,
  error: ErrorBody | undefined,
  [issue]: readonly Issue[],
): string {
  // Limits of accounts say what they are.
  if (status === 429 && (error === undefined || error.message === TOO_MANY)) {
    const seconds = Number(retryAfter)
    return `Too many attempts. Try again in ${seconds > 0 ? secondsInWords(seconds) : 'a few minutes'}.`
  }
  if (status >= 500) return 'The server has a problem. Try again in a moment.'
  // Messages of single fields say more than the one that joins them with their paths.
  return issue?.message ?? error?.message ?? `The server answered ${status}. Try again.`
}
