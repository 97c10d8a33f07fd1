import type { AskedRequest } from './asked.ts'
import { isFromNamedOrigin } from './cross-origin.ts'
import type { HttpSettings } from './http-settings.ts'

/**
 * Whether another site than those that the operator named makes a visitor's browser send this: anything but GET and HEAD, logging in and unlocking too. A
 * program sends neither header and is fine.
 */
export function isFromOtherSite(request: AskedRequest, settings: HttpSettings): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  if (isFromNamedOrigin(request, settings)) return false
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = request.headers
  return origin !== undefined && origin !== settings.origin(request)
}
