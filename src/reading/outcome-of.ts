import { verifiedEmail } from '../accounts/verified-email.ts'
import { type ShareInfo, shareInfoFor } from '../sharing/share-info.ts'
import type { PasswordProof, Visitor } from '../sharing/visitor.ts'
import { type Outcome, whoMayView } from '../sharing/who-may-view.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import type { ReaderShare } from '../storage/queries/readers.ts'
import type { Origin, ReadingContext } from './context.ts'
import type { LiveSession } from './find-session.ts'

/** A share and who asks for it, before anything is decided. */
export interface Reader {
  /** undefined when there is no such share */
  readonly share: ReaderShare | undefined
  /** where the share's bytes come from; there when the share is */
  readonly source: BodySource | undefined
  /** of the visitor, if signed in; not looked for when there is no such share */
  readonly session: LiveSession | undefined
  /** emails that this browser has proved without an account */
  readonly provedEmails: readonly string[]
  readonly from: Origin
}

/** What the rule says of a reader. */
export interface ViewDecision extends Pick<Reader, 'share' | 'source' | 'session'> {
  readonly outcome: Outcome
  readonly info: ShareInfo
  /** as the rule saw them */
  readonly visitor: Visitor
  readonly isOwner: boolean
  /** for the cookie of a browser that just proved the password; see secrets/device-token.ts */
  readonly device?: string
  /** with `too-many-tries` */
  readonly retryAfterSeconds?: number
}

/** The reader as the rule sees them, with how far they got with the share's password. */
export function visitorOf(
  { policy }: Pick<ReadingContext, 'policy'>,
  { session, provedEmails }: Pick<Reader, 'session' | 'provedEmails'>,
  passwordProof: PasswordProof,
  holdsView = false,
): Visitor {
  const email = session && verifiedEmail(session, policy.unverifiedEmails)
  return {
    accountId: session?.userId ?? null,
    verifiedEmails: email ? [email, ...provedEmails] : provedEmails,
    passwordProof,
    foundNoView: false,
    holdsView,
  }
}

/** Asks the rule about a share and a visitor. */
export function outcomeOf(
  { now: clock }: Pick<ReadingContext, 'now'>,
  { share, source, session }: Pick<Reader, 'share' | 'source' | 'session'>,
  visitor: Visitor,
): ViewDecision {
  const now = clock()
  const outcome = whoMayView(share, visitor, now)
  const isOwner = share !== undefined && visitor.accountId === share.ownerId
  return { outcome, info: shareInfoFor(share, outcome, now), share, source, session, visitor, isOwner }
}
