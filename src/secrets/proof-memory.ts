import { hash, randomBytes } from 'node:crypto'

const MOST_REMEMBERED = 10_000

/** Remembers what was proved, so that a repeated proof doesn't cost what the first one did. */
export interface ProofMemory {
  /**
   * @param by the visitor's address with a password; what a cookie is for with a cookie
   * @param storedHash of the password that was proved
   * @param proof the password or the cookie's value
   */
  has(by: string, storedHash: string, proof: string): boolean
  add(by: string, storedHash: string, proof: string): void
}

/**
 * The memory keeps digests alone, keyed by a secret of this process, of all that a proof depends on. The stored hash
 * is part of it, so a changed password forgets; so is the visitor, so that it tells nobody what somebody else proved.
 */
export function createProofMemory(): ProofMemory {
  const secret = randomBytes(32).toString('base64url')
  const remembered = new Set<string>()
  const digestOf = (by: string, storedHash: string, proof: string): string =>
    // Only the proof can hold a space: no two of these can look the same.
    hash('sha256', `${secret} ${by} ${storedHash} ${proof}`, 'base64url')

  return {
    has: (by, storedHash, proof) => remembered.has(digestOf(by, storedHash, proof)),
    add(by, storedHash, proof) {
      const digest = digestOf(by, storedHash, proof)
      remembered.delete(digest)
      remembered.add(digest)
      const oldest = remembered.values().next()
      if (remembered.size > MOST_REMEMBERED && !oldest.done) remembered.delete(oldest.value)
    },
  }
}
