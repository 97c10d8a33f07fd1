import type { Answer, Headers } from './answer.ts'
import { type AskedRequest, isForApi } from './asked.ts'
import type { HttpSettings } from './http-settings.ts'

const METHODS = 'GET, HEAD, POST, PATCH, DELETE'
/** What scripts may read of an answer besides its body and the few headers that are always theirs. */
const READABLE = 'ETag, Retry-After, Content-Disposition, Allow'
const PREFLIGHT_SECONDS = '600'

/** Whether a page of an origin that the operator named asks the API. Our pages and their forms are never asked from elsewhere. */
export function isFromNamedOrigin(
  { url, headers: { origin } }: AskedRequest,
  { corsOrigins }: Pick<HttpSettings, 'corsOrigins'>,
): boolean {
  return origin !== undefined && corsOrigins.has(origin) && isForApi(url)
}

/** The answer to a browser that asks beforehand what such a page may send; undefined for every other request. */
export function answerPreflight(
  request: AskedRequest,
  settings: Pick<HttpSettings, 'corsOrigins'>,
): Answer | undefined {
  const { method, headers } = request
  const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
  if (!isPreflight || !isFromNamedOrigin(request, settings)) return undefined
  const wanted = headers['access-control-request-headers']
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': METHODS,
      'access-control-max-age': PREFLIGHT_SECONDS,
      ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
    },
  }
}

/** Lets the page of a named origin read an answer, and keeps what is kept for one origin from another. */
export function allowOrigin(
  headers: Headers,
  request: AskedRequest,
  settings: Pick<HttpSettings, 'corsOrigins'>,
): void {
  if (settings.corsOrigins.size === 0 || !isForApi(request.url)) return
  headers['vary'] = `${String(headers['vary'])}, Origin`
  if (!isFromNamedOrigin(request, settings)) return
  headers['access-control-allow-origin'] = request.headers.origin ?? ''
  headers['access-control-allow-credentials'] = 'true'
  headers['access-control-expose-headers'] = READABLE
}
