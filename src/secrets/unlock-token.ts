import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ProofMemory } from './proof-memory.ts'

/**
 * The value of an unlock cookie: `expiry.hmac`, an HMAC-SHA256 over UUID and expiry keyed by the share's
 * stored password hash. It needs no server secret, holds in every process and dies with the password.
 *
 * @param expiresAt epoch milliseconds
 */
export function unlockToken(uuid: string, expiresAt: number, passwordHash: string): string {
  return `${expiresAt}.${mac(uuid, expiresAt, passwordHash).toString('base64url')}`
}

/** Whether the token unlocks this share now. @param proofs remembers it, as the HMAC costs as much as a third of a read */
export function isUnlockToken(
  token: string,
  share: { readonly uuid: string; readonly passwordHash: string },
  now: number,
  proofs: ProofMemory,
): boolean {
  const match = /^(\d{1,16})\.([\w-]{43})$/.exec(token)
  if (!match?.[1] || !match[2]) return false
  const expiresAt = Number(match[1])
  if (expiresAt <= now) return false
  const { uuid, passwordHash } = share
  if (proofs.has(uuid, passwordHash, token)) return true
  const presented = Buffer.from(match[2], 'base64url')
  const expected = mac(uuid, expiresAt, passwordHash)
  const isRight = presented.length === expected.length && timingSafeEqual(presented, expected)
  if (isRight) proofs.add(uuid, passwordHash, token)
  return isRight
}

function mac(uuid: string, expiresAt: number, passwordHash: string): Buffer {
  return createHmac('sha256', passwordHash).update(`${uuid}.${expiresAt}`).digest()
}
