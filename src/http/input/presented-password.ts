import type { PresentedPassword } from '../../reading/try-share-password.ts'

const BASIC = /^Basic +([A-Za-z0-9+/_=-]+) *$/i

/**
 * A password presented by HTTP Basic, read only when it has to be. It is read as UTF-8 first, and as Latin-1, as browsers'
 * `btoa` sends it. The user name doesn't matter; the password is all after the first colon.
 *
 * @param authorization the header's value
 * @returns undefined for another scheme; without a colon, or with nothing after it, there is no reading
 */
export function presentedPassword(authorization: string | undefined): PresentedPassword | undefined {
  if (authorization === undefined || !BASIC.test(authorization)) return undefined
  return { text: authorization, readings: () => readingsOf(authorization) }
}

function readingsOf(authorization: string): readonly string[] {
  const decoded = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64')
  const colon = decoded.indexOf(':')
  if (colon === -1 || colon === decoded.length - 1) return []
  const secret = decoded.subarray(colon + 1)
  const [utf8, latin1] = [utf8Text(secret), secret.toString('latin1')]
  return utf8 === undefined || utf8 === latin1 ? [latin1] : [utf8, latin1]
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}
