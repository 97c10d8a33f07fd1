import { parseCookie, stringifySetCookie } from 'cookie'
import type { AskedRequest } from '../pipeline/asked.ts'

/** What cookies of ours are called; see {@link nameOf}. */
export const SESSION_COOKIE = 'neptun-session'
export const DEVICE_COOKIE = 'neptun-device'

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
  const values = present.length === 0 && isSecure ? valuesOf(cookie, name) : present
  const [first] = values
  return values.every((value) => value === first) ? first || undefined : undefined
}

function valuesOf(header: string, name: string): (string | undefined)[] {
  if (!header.includes(name)) return []
  return header
    .split(';')
    .map((pair) => parseCookie(pair)[name])
    .filter((value) => value !== undefined)
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
