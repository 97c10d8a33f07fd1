import { PAGE_HEADERS } from '../pages/document.ts'
import type { Html } from '../pages/html.ts'
import { lostPage } from '../pages/lost-page.ts'
import { notFoundPage } from '../pages/share/not-found-page.ts'
import type { Answer } from './answer.ts'
import { type AskedRequest, isForApi } from './asked.ts'
import { errorAnswer } from './failure.ts'

/**
 * Answers what is no route of ours: people get a page, programs the one shape of errors.
 *
 * @param methods by which the URL could be asked
 */
export function answerUnknownRoute(
  { method, url, headers }: AskedRequest,
  methods: readonly string[],
): Answer {
  const share = /^(\/shared\/chats\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/+(\?.*)?$/i.exec(url)
  if (share) return { status: 308, headers: { location: `${share[1] ?? ''}${share[2] ?? ''}` } }
  if (methods.length > 0) return answerOtherMethod(method, methods)
  const isForPeople = /\btext\/html\b/i.test(headers.accept ?? '') && !isForApi(url)
  if (!isForPeople) return errorAnswer({ status: 404, message: 'Route not found' }, 'plain')
  return missingPage(url.startsWith('/shared/') ? notFoundPage() : lostPage())
}

/** Answers URLs that can't be decoded: no share is called that, and no route. */
export function answerBadUrl({ url }: AskedRequest): Answer {
  if (url.startsWith('/shared/chats/')) return missingPage(notFoundPage())
  if (!url.startsWith('/api/shared/chats/')) {
    return errorAnswer({ status: 400, message: 'The URL could not be decoded.' }, 'plain')
  }
  const statusMessage = 'Not Found (share not found)'
  return errorAnswer({ status: 404, statusMessage, message: 'The share does not exist.' }, 'shared-chat')
}

function answerOtherMethod(method: string, methods: readonly string[]): Answer {
  const allow = { allow: [...methods, 'OPTIONS'].join(', ') }
  if (method === 'OPTIONS') return { status: 204, headers: allow }
  const message = `This can't be asked by ${method}. Use ${methods.join(' or ')}.`
  const answer = errorAnswer({ status: 405, message }, 'plain')
  return { ...answer, headers: { ...answer.headers, ...allow } }
}

function missingPage(page: Html): Answer {
  return { status: 404, body: page.text, headers: PAGE_HEADERS }
}
