import type { ServerResponse } from 'node:http'
import type { LiveSession } from '../../reading/find-session.ts'
import { SESSION_COOKIE } from '../input/cookies.ts'
import type { Answer, Headers } from './answer.ts'
import { type AskedRequest, sessionTokenOf } from './asked.ts'
import type { HttpSettings } from './http-settings.ts'

/** The headers of an answer: its own, those that all answers have, and a renewed session's cookie. */
export function headersOf(
  answer: Answer,
  request: AskedRequest,
  session: LiveSession | undefined,
  settings: HttpSettings,
): Headers {
  const headers: Headers = { ...settings.baseHeaders, ...answer.headers }
  const isRenewed = session?.isRenewed || answer.session?.isRenewed
  if (!isRenewed && !answer.cookies?.length) return headers
  const cookies = cookiesOf(
    answer,
    isRenewed ? sessionTokenOf(request, settings.isSecure) : undefined,
    settings,
  )
  if (cookies.length > 0) headers['set-cookie'] = cookies
  return headers
}

/** Writes an answer whose body isn't a stream, all at once. @param headers get the body's length, and type if it is JSON */
export function writeAnswer(response: ServerResponse, answer: Answer, headers: Headers): void {
  const bytes = bytesOf(answer.body, headers)
  if (bytes !== undefined) headers['content-length'] = Buffer.byteLength(bytes)
  else if (answer.status !== 204 && answer.status !== 304 && !answer.isLengthUntold)
    headers['content-length'] = 0
  writeHead(response, answer, headers)
  response.end(bytes)
}

/** Writes finished bytes. @param headers get their length */
export function writeParts(
  response: ServerResponse,
  answer: Answer & { readonly parts: NonNullable<Answer['parts']> },
  headers: Headers,
): void {
  const [first, ...others] = answer.parts.parts
  headers['content-length'] = answer.parts.length
  writeHead(response, answer, headers)
  if (others.length > 0 && response.req.method !== 'HEAD') {
    response.write(first)
    for (const part of others) response.write(part)
    response.end()
  } else response.end(first)
}

export function writeHead(response: ServerResponse, answer: Answer, headers: Headers): void {
  if (answer.statusMessage !== undefined) response.statusMessage = answer.statusMessage
  response.writeHead(answer.status ?? 200, headers)
}

function bytesOf(body: unknown, headers: Headers): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body
  headers['content-type'] = 'application/json; charset=utf-8'
  return JSON.stringify(body)
}

function cookiesOf(answer: Answer, token: string | undefined, settings: HttpSettings): string[] {
  const cookies = [...(answer.cookies ?? [])]
  if (token === undefined || cookies.some((set) => set.includes(`${SESSION_COOKIE}=`))) return cookies
  return [...cookies, ...settings.sessionCookies(token)]
}
