import type { UnverifiedEmailPolicy } from '../accounts/verified-email.ts'
import type { FairLanes } from '../concurrency/fair-lanes.ts'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { PasswordHasher } from '../secrets/password-hasher.ts'
import type { ProofMemory } from '../secrets/proof-memory.ts'
import type { TokenScope } from '../storage/queries/access-tokens.ts'
import type { Store } from '../storage/store.ts'
import type { KeptBodies } from './kept-bodies.ts'
import type { KeptFiles } from './kept-files.ts'
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
  readonly files: KeptFiles
  /** of large answers, made or sent at the same time */
  readonly sending: SendingBudget
  readonly views: ViewStatistics
  readonly policy: {
    readonly sessionDays: number
    readonly unverifiedEmails: UnverifiedEmailPolicy
  }
}

/** Who signed in, and with which session; or for whom a program acts. */
export interface Session {
  /** of the session's token; undefined for a program's */
  readonly tokenHash: string | undefined
  readonly userId: number
  readonly email: string
  readonly isVerified: boolean
  /** with which a program acts for the account */
  readonly token?: { readonly id: number; readonly name: string; readonly scope: TokenScope }
}

/** Where a request comes from. */
export interface Origin {
  /** the visitor as limits count them: an IPv4 address or an IPv6 /64 */
  readonly address: string
  /** the wider networks that it is counted in too, from narrow to wide; none for IPv4 */
  readonly networks: readonly string[]
  /** it carries a forwarding header */
  readonly isForwarded: boolean
  /** this machine's own user asks */
  readonly isFromThisMachine: boolean
  /** what the visitor calls their browser or program, such as "Firefox on Linux" */
  readonly client: string
  /** what the browser was given when it got in before; see secrets/device-token.ts */
  readonly device: string | undefined
  /** when they have left: what waits for its turn is dropped then */
  readonly left: () => AbortSignal
}
