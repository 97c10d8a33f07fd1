import { secondsInWords } from '../accounts/seconds-in-words.ts'
import type { ErrorBody, Issue, ShareInfo } from './types.ts'

/**
 * - `refusal`: the server said no, and why
 * - `unreachable`: there was no answer, or no whole one; `cause` is the reason
 * - `unexpected`: whoever answered isn't a Neptun Share server
 */
type Kind = 'refusal' | 'unreachable' | 'unexpected'

/** Why the API gave nothing; its message is for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly kind: Kind
  /** 0 where there was no answer */
  readonly status: number
  /** The answer's body, where it is an error of the API. */
  readonly body: ErrorBody | undefined
  /** What was wrong with which field of what was sent. */
  readonly issues: readonly Issue[]
  /** The answer's headers; none where there was no answer. */
  readonly headers: Headers

  constructor(
    kind: Kind,
    message: string,
    {
      status = 0,
      body,
      headers = new Headers(),
      cause,
    }: {
      readonly status?: number
      readonly body?: ErrorBody | undefined
      readonly headers?: Headers
      readonly cause?: unknown
    } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.status = status
    this.body = body
    this.issues = body && 'issues' in body.data ? body.data.issues : []
    this.headers = headers
  }

  /** What may be known of a shared chat that wasn't shown. */
  get shareInfo(): ShareInfo | undefined {
    return this.body && 'shareInfo' in this.body.data ? this.body.data.shareInfo : undefined
  }
}

/** There was no answer. @param cause why */
export function unreachable(cause?: unknown): ApiProblem {
  return new ApiProblem('unreachable', 'The server can’t be reached. Check your connection and try again.', {
    cause,
  })
}

/** A refusal, from an answer that was read. */
export function refusal(status: number, headers: Headers, text: string): ApiProblem {
  const value = parseJson(text)
  const body = isErrorBody(value) ? value : undefined
  return new ApiProblem('refusal', messageOf(status, headers.get('retry-after'), body), {
    status,
    headers,
    body,
  })
}

/** The answer isn't one of this API. */
export function unexpected(status: number, headers: Headers): ApiProblem {
  return new ApiProblem('unexpected', 'This doesn’t answer like a Neptun Share server; check the address.', {
    status,
    headers,
  })
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  if (!isRecord(value) || typeof value['message'] !== 'string' || !isRecord(value['data'])) return false
  const issues = value['data']['issues'] ?? []
  return Array.isArray(issues) && issues.every((one) => isRecord(one) && typeof one['message'] === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const TOO_MANY = 'Too many attempts. Try again later.'

function messageOf(status: number, retryAfter: string | null, body: ErrorBody | undefined): string {
  // Limits of accounts say what they are.
  if (status === 429 && (body === undefined || body.message === TOO_MANY)) {
    const seconds = Number(retryAfter)
    return `Too many attempts. Try again in ${seconds > 0 ? secondsInWords(seconds) : 'a few minutes'}.`
  }
  if (status >= 500) return 'The server has a problem. Try again in a moment.'
  const [issue] = body && 'issues' in body.data ? body.data.issues : []
  // Messages of single fields say more than the one that joins them with their paths.
  return issue?.message ?? body?.message ?? `The server answered ${status}. Try again.`
}
