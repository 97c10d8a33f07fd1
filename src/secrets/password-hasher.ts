import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'

// OWASP's argon2id floor is m=19 MiB, t=2, p=1; 32 MiB takes some 17 ms.
const PARAMETERS = { memoryCost: 32_768, timeCost: 2, parallelism: 1 }

const LONGEST_QUEUE = 256

/** Thrown when so many hashes wait that another would only be late. */
export class HasherBusy extends Error {
  override readonly name = 'HasherBusy'
}

export interface PasswordHasher {
  /** argon2id in PHC form; takes a normalised password. */
  hash(password: string): Promise<string>
  /** Whether the password is the hash's; takes as long when there is no hash to compare with. */
  verify(stored: string | undefined, password: string): Promise<boolean>
}

/**
 * Hashes passwords a few at a time, so that a flood of wrong ones leaves a core to everyone else.
 *
 * @throws HasherBusy when more than 256 hashes wait
 */
export function createPasswordHasher(): PasswordHasher {
  const cap = Math.max(1, availableParallelism() - 1)
  const waiting: (() => void)[] = []
  let running = 0
  // Made at once: a first login that had to make it would take longer and tell.
  const decoy = hash('no account has this password', PARAMETERS)

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= cap) {
      if (waiting.length >= LONGEST_QUEUE) throw new HasherBusy('Too many passwords are being checked.')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),
    verify: (stored, password) =>
      inTurn(async () => {
        if (stored !== undefined) return verify(stored, password)
        await verify(await decoy, password)
        return false
      }),
  }
}
