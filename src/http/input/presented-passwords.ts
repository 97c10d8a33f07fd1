import { isAscii } from 'node:buffer'

/**
 * The readings of a password presented by HTTP Basic: UTF-8 first, and Latin-1 as browsers' `btoa` sends it. The
 * user name doesn't matter; the password is all after the first colon.
 *
 * @param authorization the header's value
 * @returns no reading when none is presented: another scheme, no colon, or an empty password
 */
export function presentedPasswords(authorization: string | undefined): readonly string[] {
  if (authorization === undefined) return []
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(authorization)?.[1]
  if (encoded === undefined) return []
  const bytes = Buffer.from(encoded, 'base64')
  const colon = bytes.indexOf(0x3a)
  const secret = bytes.subarray(colon + 1)
  if (colon === -1 || secret.length === 0) return []
  const latin1 = secret.toString('latin1')
  if (isAscii(secret)) return [latin1]
  const utf8 = utf8Text(secret)
  return utf8 === undefined ? [latin1] : [utf8, latin1]
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}
