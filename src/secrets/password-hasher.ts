import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { createFairQueue, QueueFull } from '../concurrency/fair-queue.ts'

// OWASP's argon2id floor is m=19 MiB, t=2, p=1; 32 MiB takes some 17 ms.
const PARAMETERS = { memoryCost: 32_768, timeCost: 2, parallelism: 1 }

/** Thrown when so many hashes wait that another would only be late. */
export class HasherBusy extends Error {
  override readonly name = 'HasherBusy'
}

/** Who has a password checked. */
export interface PasswordTrier {
  readonly address: string
  /** the name of their browser, where it got into the same before: it waits behind no stranger */
  readonly device: string | undefined
}

export interface PasswordHasher {
  /**
   * argon2id in PHC form; takes a normalised password.
   *
   * @param asker an account or an address, which waits for itself, not others for it
   * @param left takes it out of the queue while it waits, and is its reason then
   * @throws HasherBusy when too many hashes wait, of this asker or of all
   */
  hash(password: string, asker: string, left: AbortSignal | undefined): Promise<string>
  /**
   * Whether the password is the hash's; takes as long when there is none, or an empty one, to compare with.
   *
   * @param left takes it out of the queue while it waits, and is its reason then; what runs is finished, and counts
   * @throws HasherBusy when too many hashes wait, of this trier or of all
   */
  verify(
    stored: string | undefined,
    password: string,
    trier: PasswordTrier,
    left: AbortSignal | undefined,
  ): Promise<boolean>
}

/**
 * Hashes passwords a few at a time, so that a flood of wrong ones leaves a core to everyone else; askers take turns.
 * Who signs in or unlocks has a queue of their own: setting passwords, however many, takes nothing of it. So have
 * browsers that got in before: thousands of strangers who guess, each from another address, fill the other one.
 */
export function createPasswordHasher(): PasswordHasher {
  const verifying = createFairQueue({
    atOnce: Math.max(1, availableParallelism() - 1),
    atOncePerKey: 2,
    waiting: 256,
    waitingPerKey: 64,
  })
  const ofKnown = createFairQueue({ atOnce: 1, atOncePerKey: 1, waiting: 128, waitingPerKey: 8 })
  const setting = createFairQueue({ atOnce: 1, atOncePerKey: 1, waiting: 128, waitingPerKey: 8 })
  // Made at once: a first login that had to make it would take longer and tell.
  const decoy = hash('no account has this password', PARAMETERS)

  return {
    hash: (password, asker, signal) =>
      setting.run(asker, () => hash(password, PARAMETERS), signal && { signal }).catch(toBusy),
    verify: (stored, password, { address, device }, signal) =>
      (device === undefined ? verifying : ofKnown)
        .run(
          device ?? address,
          async () => {
            if (stored) return verify(stored, password)
            await verify(await decoy, password)
            return false
          },
          signal && { signal },
        )
        .catch(toBusy),
  }
}

function toBusy(error: unknown): never {
  throw error instanceof QueueFull ? new HasherBusy('Too many passwords are being checked.') : error
}
