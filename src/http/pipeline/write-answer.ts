import type { ServerResponse } from 'node:http'
import type { LiveSession } from '../../reading/find-session.ts'
import { type Answer, BASE_HEADERS, type Headers, SESSION_COOKIE } from './answer.ts'
import { type AskedRequest, sessionTokenOf } from './asked.ts'
import type { HttpSettings } from './http-settings.ts'

/** The headers of an answer: its own, those that all answers have, and a renewed session's cookie. */
export function headersOf(
  answer: Answer,
  request: AskedRequest,
  session: LiveSession | undefined,
  settings: HttpSettings,
): Headers {
  const headers: Headers = answer.finishedHeaders ?? { ...BASE_HEADERS, ...answer.headers }
  const isRenewed = session?.isRenewed || answer.session?.isRenewed
  if (!isRenewed && !answer.cookies) return headers
  const cookies = cookiesOf(answer, isRenewed ? sessionTokenOf(request) : undefined, settings)
  return cookies.length > 0 ? { ...headers, 'set-cookie': cookies } : headers
}

/** Writes an answer whose body isn't a stream, all at once. */
export function writeAnswer(response: ServerResponse, answer: Answer, headers: Headers): void {
  const { status = 200, statusMessage, body } = answer
  let bytes = body
  if (!answer.finishedHeaders) {
    if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
      headers['content-type'] = 'application/json; charset=utf-8'
      bytes = JSON.stringify(body)
    }
    if (bytes !== undefined) headers['content-length'] = Buffer.byteLength(bytes as string | Buffer)
    else if (status !== 204 && status !== 304) headers['content-length'] = 0
  }
  if (statusMessage !== undefined) response.statusMessage = statusMessage
  response.writeHead(status, headers)
  response.end(bytes)
}

function cookiesOf(answer: Answer, token: string | undefined, settings: HttpSettings): string[] {
  const cookies = [...(answer.cookies ?? [])]
  if (token === undefined || cookies.some((set) => set.startsWith(`${SESSION_COOKIE}=`))) return cookies
  return [...cookies, settings.sessionCookie(token)]
}
