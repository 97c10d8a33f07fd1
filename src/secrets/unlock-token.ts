import { createHmac } from 'node:crypto'
import { expiryOf, readExpiringMac, writeExpiringMac } from './expiring-mac.ts'
import type { ProofMemory } from './proof-memory.ts'

/**
 * The value of an unlock cookie: `expiry.hmac`, an HMAC-SHA256 over UUID and expiry keyed by the share's
 * stored password hash. It needs no server secret, holds in every process and dies with the password.
 *
 * @param expiresAt epoch milliseconds
 */
export function unlockToken(uuid: string, expiresAt: number, passwordHash: string): string {
  return writeExpiringMac(expiresAt, mac(uuid, expiresAt, passwordHash))
}

/** Whether the token unlocks this share now. @param proofs remembers it, as the HMAC costs as much as a third of a read */
export function isUnlockToken(
  token: string,
  share: { readonly uuid: string; readonly passwordHash: string },
  now: number,
  proofs: ProofMemory,
): boolean {
  const { uuid, passwordHash } = share
  if (proofs.has(uuid, passwordHash, token)) return expiryOf(token) > now
  const presented = readExpiringMac(token, now)
  const isRight = presented?.isMac(mac(uuid, presented.expiresAt, passwordHash)) ?? false
  if (isRight) proofs.add(uuid, passwordHash, token)
  return isRight
}

function mac(uuid: string, expiresAt: number, passwordHash: string): Buffer {
  return createHmac('sha256', passwordHash).update(`${uuid}.${expiresAt}`).digest()
}
