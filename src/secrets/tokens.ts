import { hash, randomBytes } from 'node:crypto'

/** A new session token: 192 random bits, for the visitor's cookie alone. */
export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/** What the store keeps of a token. A plain SHA-256 will do: there is nothing to guess in 192 random bits. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url')
}
