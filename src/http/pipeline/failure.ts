import type { Context } from '../../actions/context.ts'
import { Refusal } from '../../actions/refusal.ts'
import { QueueFull } from '../../concurrency/fair-queue.ts'
import { TooMuchUnderWay } from '../../concurrency/sending-budget.ts'
import { SourceChanged } from '../../reading/read-chat.ts'
import { HasherBusy } from '../../secrets/password-hasher.ts'
import { UnreadableBody } from '../input/body.ts'
import { PAGE_HEADERS } from '../pages/document.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Answer } from './answer.ts'
import type { Expected } from './endpoint.ts'
import { errorBody, type ErrorFacts, type ErrorStyle } from './error-body.ts'
import { refusalFacts } from './refusal-facts.ts'

export type Failure = ErrorFacts & {
  /** seconds until trying again makes sense */
  readonly retryAfter?: number
}

/** What an error is in HTTP. */
export function failureOf(error: unknown, expected: Expected | undefined, context: Context): Failure {
  if (error instanceof Refusal) {
    const part = error.reason.code === 'invalid-input' ? error.reason.part : 'body'
    return refusalFacts(error.reason, expected?.[part] ?? '')
  }
  if (error instanceof UnreadableBody) {
    const { status, message } = error
    if (status !== 400) return { status, message }
    const issues = [{ code: 'invalid_body', message, path: [] }]
    return refusalFacts({ code: 'invalid-input', part: 'body', issues }, expected?.body ?? '')
  }
  if (error instanceof HasherBusy) {
    return {
      status: 503,
      message: 'The server is busy checking passwords. Try again in a moment.',
      retryAfter: 1,
    }
  }
  if (error instanceof QueueFull) {
    const message = 'Too many of your requests are under way. Wait until some of them are answered.'
    return { status: 429, message, retryAfter: 1 }
  }
  if (error instanceof TooMuchUnderWay) {
    return {
      status: 503,
      message: 'Too many large chats are being sent. Try again in a moment.',
      retryAfter: 5,
    }
  }
  if (error instanceof SourceChanged) {
    return { status: 503, message: 'The chat keeps changing. Try again in a moment.', retryAfter: 1 }
  }
  if (context.store.dialect.isUnavailable(error)) {
    return { status: 503, message: 'The store is not reachable. Try again in a moment.', retryAfter: 1 }
  }
  return { status: 500, message: 'Something went wrong on our side. It has been noted.' }
}

/** An error in the one shape, as the route's clients read it, or as a page where people look. */
export function errorAnswer(failure: Failure, style: ErrorStyle): Answer {
  const { status, message, retryAfter } = failure
  const later: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  if (style === 'page')
    return { status, body: errorPage(message).text, headers: { ...PAGE_HEADERS, ...later } }
  const body = errorBody(style, failure)
  return { status, statusMessage: body.statusMessage, body, headers: later }
}
