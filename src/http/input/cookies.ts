import { parseCookie, stringifySetCookie } from 'cookie'
import type { AskedRequest } from '../pipeline/asked.ts'

/** What cookies of ours are called; see {@link nameOf}. */
export const SESSION_COOKIE = 'neptun-session'
export const DEVICE_COOKIE = 'neptun-device'
/** names what a browser has proved without an account */
export const READER_COOKIE = 'neptun-reader'

/** The cookie that remembers an unlock. @param uuid in lower case */
export function unlockCookieName(uuid: string): string {
  return `neptun-unlock-${uuid}`
}

/** The cookie of a browser that was granted one of a share's limited views. @param uuid in lower case */
export function viewCookieName(uuid: string): string {
  return `neptun-view-${uuid}`
}

/** Under https cookies are called so that no neighbouring subdomain can set them (RFC 6265bis, "__Host-" prefix). */
function nameOf(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name
}

/**
 * A cookie that came with the request. Several of one name with different values count as none: one of them is
 * somebody else's, and nothing tells which. Under https a cookie under its old name counts where the new one is missing.
 */
export function cookieOf(
  { headers }: Pick<AskedRequest, 'headers'>,
  name: string,
  isSecure: boolean,
): string | undefined {
  const { cookie } = headers
  // Most readers bring none of ours; looking for the name first spares them the parsing.
  if (cookie === undefined || !cookie.includes(name)) return undefined
  const present = valuesOf(cookie, nameOf(name, isSecure))
  // Until the release after 0.1: programs and browsers that have the old name go on.
  const isOld = present.length === 0 && isSecure && name !== READER_COOKIE
  const values = isOld ? valuesOf(cookie, name) : present
  const [first] = values
  return values.every((value) => value === first) ? first || undefined : undefined
}

function valuesOf(header: string, name: string): string[] {
  const first = header.indexOf(name)
  if (first === -1) return []
  // Nearly all send it once, and then there is nothing to compare.
  if (header.indexOf(name, first + 1) === -1) return [parseCookie(header)[name]].filter(isThere)
  return header
    .split(';')
    .map((pair) => parseCookie(pair)[name])
    .filter(isThere)
}

function isThere(value: string | undefined): value is string {
  return value !== undefined
}

/** @param maxAgeSeconds 0 clears it */
export function setCookie(name: string, value: string, maxAgeSeconds: number, isSecure: boolean): string {
  return write(nameOf(name, isSecure), value, maxAgeSeconds, isSecure)
}

/** Forgets a cookie under the name that it had before. */
export function clearOldCookie(name: string): string {
  return write(name, '', 0, true)
}

function write(name: string, value: string, maxAge: number, secure: boolean): string {
  return stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, sameSite: 'lax', secure })
}
