import type { UnverifiedEmailPolicy } from '../accounts/verified-email.ts'
import type { FairLanes } from '../concurrency/fair-lanes.ts'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { PasswordHasher } from '../secrets/password-hasher.ts'
import type { ProofMemory } from '../secrets/proof-memory.ts'
import type { Store } from '../storage/store.ts'
import type { KeptBodies } from './kept-bodies.ts'
import type { ViewStatistics } from './view-statistics.ts'

/** What reading a share works with. */
export interface ReadingContext {
  readonly store: Store
  /** epoch milliseconds */
  readonly now: () => number
  readonly hasher: PasswordHasher
  /** passwords that visitors have proved */
  readonly proofs: ProofMemory
  readonly lanes: FairLanes
  readonly bodies: KeptBodies
  /** of large answers, made or sent at the same time */
  readonly sending: SendingBudget
  readonly views: ViewStatistics
  readonly policy: {
    readonly sessionDays: number
    readonly unverifiedEmails: UnverifiedEmailPolicy
    /** the server is reached on this machine alone */
    readonly serverIsLoopback: boolean
  }
}

/** Who signed in, and with which session. */
export interface Session {
  readonly tokenHash: string
  readonly userId: number
  readonly email: string
  readonly isVerified: boolean
}

/** Where a request comes from. */
export interface Origin {
  /** the visitor as limits count them: an IPv4 address or an IPv6 /64 */
  readonly address: string
  /** it carries a forwarding header */
  readonly isForwarded: boolean
}
