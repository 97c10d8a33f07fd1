import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const NAME = /^[\w-]{22}$/
const MAC_BYTES = 12
/** Of accounts and shares that one browser got into; the one it got into longest ago is forgotten first. */
const MOST_REMEMBERED = 20

/**
 * A browser that got into an account or a share before, by what it was given then: `name.mac.mac…`, a random name of its
 * own and an HMAC of name and subject for each subject, the latest first. The subject has the password's stored hash in
 * it, so that it dies with the password. It proves nothing: it gives a place beside the queue that wrong passwords of
 * strangers fill, for a few tries at a time.
 *
 * @param presented the cookie's value
 * @param secret of the store
 * @returns the browser's name; undefined when it isn't known to have got in
 */
export function knownDevice(
  presented: string | undefined,
  subject: string,
  secret: string,
): string | undefined {
  const { name, macs } = readToken(presented)
  if (name === undefined) return undefined
  const expected = macOf(name, subject, secret)
  return macs.some((mac) => isEqual(mac, expected)) ? name : undefined
}

/** The cookie's value for a browser that just got in. */
export function rememberDevice(presented: string | undefined, subject: string, secret: string): string {
  const { name = randomBytes(16).toString('base64url'), macs } = readToken(presented)
  const mac = macOf(name, subject, secret)
  const others = macs.filter((other) => other !== mac)
  return [name, mac, ...others].slice(0, 1 + MOST_REMEMBERED).join('.')
}

function readToken(presented: string | undefined): { name: string | undefined; macs: readonly string[] } {
  const [name = '', ...macs] = presented?.slice(0, 1000).split('.') ?? []
  return NAME.test(name) ? { name, macs: macs.slice(0, MOST_REMEMBERED) } : { name: undefined, macs: [] }
}

function macOf(name: string, subject: string, secret: string): string {
  const mac = createHmac('sha256', secret).update(`device ${name} at ${subject}`).digest()
  return mac.toString('base64url', 0, MAC_BYTES)
}

function isEqual(presented: string, expected: string): boolean {
  const bytes = Buffer.from(presented)
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected))
}
