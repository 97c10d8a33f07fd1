import { PAGE_HEADERS } from '../pages/document.ts'
import type { Html } from '../pages/html.ts'
import { lostPage } from '../pages/lost-page.ts'
import { notFoundPage } from '../pages/share/not-found-page.ts'
import type { Answer } from './answer.ts'
import type { AskedRequest } from './asked.ts'
import { errorAnswer } from './failure.ts'

/** Answers what is no route of ours: people get a page, programs the one shape of errors. */
export function answerUnknownRoute({ url, headers }: AskedRequest): Answer {
  const share = /^(\/shared\/chats\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/+(\?.*)?$/i.exec(url)
  if (share) return { status: 308, headers: { location: `${share[1] ?? ''}${share[2] ?? ''}` } }
  const isForPeople = /\btext\/html\b/i.test(headers.accept ?? '') && !/^\/api(?:[/?]|$)/.test(url)
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

function missingPage(page: Html): Answer {
  return { status: 404, body: page.text, headers: PAGE_HEADERS }
}
