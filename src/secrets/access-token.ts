import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const FORM = /^npt_[\w-]{43}[\w-]{6}$/
const CHECKSUM_LENGTH = 6

/** What every token for a program begins with, so that people and scanners know one when they see it. */
export const ACCESS_TOKEN_PREFIX = 'npt_'

/** A new token for a program: `npt_`, 256 random bits, and a checksum of both. */
export function newAccessToken(): string {
  const text = ACCESS_TOKEN_PREFIX + randomBytes(32).toString('base64url')
  return text + checksumOf(text)
}

/** Whether a text could be a token: one that was mistyped or cut off is wrong without asking the store. */
export function isAccessToken(text: string): boolean {
  return FORM.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** CRC32 in base64url; it is no secret. */
function checksumOf(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}
