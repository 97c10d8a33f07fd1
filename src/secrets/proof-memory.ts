import { hash, randomBytes } from 'node:crypto'

const MOST_REMEMBERED = 10_000

/** Remembers which visitor proved which password, so that repeated Basic auth doesn't hash each time. */
export interface ProofMemory {
  has(visitor: string, storedHash: string, password: string): boolean
  add(visitor: string, storedHash: string, password: string): void
}

/**
 * The memory keeps digests alone, keyed by a secret of this process, of all that a proof depends on. The stored hash
 * is part of it, so a changed password forgets; the visitor is too, so that it tells nobody what somebody else proved.
 */
export function createProofMemory(): ProofMemory {
  const secret = randomBytes(32).toString('base64url')
  const remembered = new Set<string>()
  const digestOf = (visitor: string, storedHash: string, password: string): string =>
    // Only the password can hold a space: no two of these can look the same.
    hash('sha256', `${secret} ${visitor} ${storedHash} ${password}`, 'base64url')

  return {
    has: (visitor, storedHash, password) => remembered.has(digestOf(visitor, storedHash, password)),
    add(visitor, storedHash, password) {
      const digest = digestOf(visitor, storedHash, password)
      remembered.delete(digest)
      remembered.add(digest)
      const oldest = remembered.values().next()
      if (remembered.size > MOST_REMEMBERED && !oldest.done) remembered.delete(oldest.value)
    },
  }
}
