import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ServerResponse } from 'node:http'
import type { LiveSession } from '../../reading/find-session.ts'
import { letGo } from '../../reading/unpooled.ts'
import { SESSION_COOKIE } from '../input/cookies.ts'
import type { Answer, Headers } from './answer.ts'
import { type AskedRequest, isFromProgram, sessionTokenOf } from './asked.ts'
import { compress, encodingFor } from './compression.ts'
import { allowOrigin } from './cross-origin.ts'
import type { HttpSettings } from './http-settings.ts'

/** Chars. */
const LARGE_TEXT = 1024 * 1024

const CHALLENGE = 'Basic realm="Shared chat", charset="UTF-8"'

/** The headers of an answer: its own, those that all answers have, and a renewed session's cookie. */
export function headersOf(
  answer: Answer,
  request: AskedRequest,
  session: LiveSession | undefined,
  settings: HttpSettings,
): Headers {
  const headers: Headers = { ...settings.baseHeaders, ...answer.headers }
  allowOrigin(headers, request, settings)
  if (answer.asksPassword && isFromProgram(request)) headers['www-authenticate'] = CHALLENGE
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

/**
 * Writes an answer whose body isn't a stream, all at once; waits only for one that has to be compressed first.
 *
 * @param headers get the body's length, encoding, and type if it is JSON
 */
export function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  headers: Headers,
  { bytes: body, request }: { readonly bytes: string | Buffer | undefined; readonly request: AskedRequest },
): Promise<void> | undefined {
  const { parts } = answer
  const bytes = parts ? parts.parts[0] : body
  const length = parts ? parts.length : body === undefined ? undefined : Buffer.byteLength(body)
  const encoding =
    length === undefined || parts?.rest
      ? undefined
      : encodingFor(request, answer.status ?? 200, headers, length, parts !== undefined)
  if (bytes !== undefined && encoding !== undefined) {
    return writeCompressed(response, answer, headers, compress(bytes, encoding, headers, parts !== undefined))
  }
  if (length !== undefined) headers['content-length'] = length
  else if (!parts && answer.status !== 204 && answer.status !== 304 && !answer.isLengthUntold)
    headers['content-length'] = 0
  writeHead(response, answer, headers)
  if (parts) return writeParts(response, parts)
  // What was made of a large text is this answer's alone.
  if (bytes instanceof Buffer && bytes !== answer.body) response.end(bytes, () => letGo(bytes))
  else response.end(bytes)
  return undefined
}

/** @returns once what is read while it is sent is sent, too */
function writeParts(
  response: ServerResponse,
  { parts, rest }: NonNullable<Answer['parts']>,
): Promise<void> | undefined {
  const [first, ...others] = parts
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

async function writeCompressed(
  response: ServerResponse,
  answer: Answer,
  headers: Headers,
  compressed: Promise<Buffer>,
): Promise<void> {
  const bytes = await compressed
  headers['content-length'] = bytes.length
  writeHead(response, answer, headers)
  response.end(bytes)
}

export function writeHead(response: ServerResponse, answer: Answer, headers: Headers): void {
  if (answer.statusMessage !== undefined) response.statusMessage = answer.statusMessage
  response.writeHead(answer.status ?? 200, headers)
}

/** A body as bytes. @param headers get its type, if it is JSON */
export function bytesOf(body: unknown, headers: Headers): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body
  headers['content-type'] = 'application/json; charset=utf-8'
  const json = JSON.stringify(body)
  // Node would put a text behind its headers, into a longer one, and copy that once more to send it.
  return json.length > LARGE_TEXT ? Buffer.from(json) : json
}

function cookiesOf(answer: Answer, token: string | undefined, settings: HttpSettings): string[] {
  const cookies = [...(answer.cookies ?? [])]
  if (token === undefined || cookies.some((set) => set.includes(`${SESSION_COOKIE}=`))) return cookies
  return [...cookies, ...settings.sessionCookies(token)]
}
