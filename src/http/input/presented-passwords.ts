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
  const decoded = Buffer.from(encoded, 'base64').toString('latin1')
  const colon = decoded.indexOf(':')
  const latin1 = decoded.slice(colon + 1)
  if (colon === -1 || latin1 === '') return []
  if (ASCII.test(latin1)) return [latin1]
  const utf8 = utf8Text(Buffer.from(latin1, 'latin1'))
  return utf8 === undefined ? [latin1] : [utf8, latin1]
}

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}
