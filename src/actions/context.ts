import type { UnverifiedEmailPolicy } from '../accounts/verified-email.ts'
import type { Renderer } from '../rendering/renderer.ts'
import type { PasswordHasher } from '../secrets/password-hasher.ts'
import type { VerifiedCredentials } from '../secrets/verified-credentials.ts'
import type { Store } from '../storage/store.ts'
import type { FairLanes } from '../concurrency/fair-lanes.ts'
import type { ImportTurns } from '../concurrency/import-turns.ts'
import type { KeptBodies } from '../reading/kept-bodies.ts'
import type { ViewStatistics } from '../reading/view-statistics.ts'

/** What actions work with; made once by `main.ts`. */
export interface Context {
  readonly store: Store
  /** epoch milliseconds */
  readonly now: () => number
  readonly hasher: PasswordHasher
  /** passwords that visitors have proved */
  readonly credentials: VerifiedCredentials
  /** unlock cookies that did unlock */
  readonly provedCookies: VerifiedCredentials
  readonly lanes: FairLanes
  readonly bodies: KeptBodies
  readonly views: ViewStatistics
  readonly renderer: Renderer
  readonly importTurns: ImportTurns
  readonly copyTurns: ImportTurns
  readonly policy: {
    readonly signUp: 'open' | 'closed'
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
