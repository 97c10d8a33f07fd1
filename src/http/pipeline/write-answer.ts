import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
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

/** Writes an answer whose body isn't a stream, all at once. @param headers get the body's length */
export function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  headers: Headers,
  bytes: string | Buffer | undefined,
): void {
  if (bytes !== undefined) headers['content-length'] = Buffer.byteLength(bytes)
  else if (answer.status !== 204 && answer.status !== 304 && !answer.isLengthUntold)
    headers['content-length'] = 0
  writeHead(response, answer, headers)
  response.end(bytes)
}

/**
 * Writes bytes in parts. @param headers get their length, if it is known
 *
 * @returns once what is read while it is sent is sent, too
 */
export function writeParts(
  response: ServerResponse,
  answer: Answer & { readonly parts: NonNullable<Answer['parts']> },
  headers: Headers,
): Promise<void> | undefined {
  const { parts, length, rest } = answer.parts
  const [first, ...others] = parts
  if (length !== undefined) headers['content-length'] = length
  writeHead(response, answer, headers)
  if (others.length === 0 && !rest) {
    response.end(first)
    return undefined
  }
  if (response.req.method === 'HEAD') {
    response.end()
    return undefined
  }
  for (const part of parts) response.write(part)
  // One piece at a time: whoever is slow to read holds no more.
  if (rest) return pipeline(Readable.from(rest, { objectMode: true, highWaterMark: 1 }), response)
  response.end()
  return undefined
}

export function writeHead(response: ServerResponse, answer: Answer, headers: Headers): void {
  if (answer.statusMessage !== undefined) response.statusMessage = answer.statusMessage
  response.writeHead(answer.status ?? 200, headers)
}

/** A body that isn't a stream, as it is sent. @param headers get its type if it is JSON */
export function bytesOf(body: unknown, headers: Headers): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body
  headers['content-type'] = 'application/json; charset=utf-8'
  return JSON.stringify(body)
}

function cookiesOf(answer: Answer, token: string | undefined, settings: HttpSettings): string[] {
  const cookies = [...(answer.cookies ?? [])]
  if (token === undefined || cookies.some((set) => set.includes(`${SESSION_COOKIE}=`))) return cookies
  return [...cookies, ...settings.sessionCookies(token)]
}
