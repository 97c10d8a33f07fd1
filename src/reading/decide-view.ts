import { verifiedEmail } from '../accounts/verified-email.ts'
import { isUnlockToken } from '../secrets/unlock-token.ts'
import { type ShareInfo, shareInfoFor } from '../sharing/share-info.ts'
import type { PasswordProof } from '../sharing/visitor.ts'
import { type Outcome, whoMayView } from '../sharing/who-may-view.ts'
import { type Soon, whenThere } from '../soon.ts'
import {
  findShareForReader,
  type OpenableShare,
  type ShareForReader,
} from '../storage/queries/openable-shares.ts'
import type { Context, Origin } from '../actions/context.ts'
import { keepAlive, type LiveSession } from '../actions/accounts/find-session.ts'
import { shareState } from './share-state.ts'
import { type TriedPassword, trySharePassword } from './try-share-password.ts'

/** What a visitor brings along to open a share. */
export interface Proofs {
  /** of a session's token, valid or not */
  readonly tokenHash: string | undefined
  /** the value of the share's unlock cookie */
  readonly unlockToken: string | undefined
  /** readings of a presented password; empty when none is presented */
  readonly passwords: readonly string[]
  readonly from: Origin
}

export interface ViewDecision {
  readonly outcome: Outcome
  readonly info: ShareInfo
  /** there unless the outcome is `not-found` */
  readonly share: OpenableShare | undefined
  readonly isOwner: boolean
  /** of the visitor, if signed in; not looked for when there is no such share */
  readonly session: LiveSession | undefined
  /** with `too-many-tries` */
  readonly retryAfterSeconds?: number
}

/** Everything that is known of the share and of who asks. */
interface Found {
  readonly reader: ShareForReader | undefined
  readonly session: LiveSession | undefined
}

/**
 * Asks who may view. One query finds the share and whatever of the visitor counts for it; a password is checked only
 * where nothing else proves it.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 */
export function decideView(context: Context, uuid: string | undefined, proofs: Proofs): Soon<ViewDecision> {
  return whenThere(find(context, uuid, proofs), (found) => {
    const { share } = found.reader ?? {}
    const isUnlocked = hasUnlocked(context, found, proofs)
    const decided = decide(context, found, proofs, isUnlocked ? 'proved' : 'none')
    if (decided.outcome !== 'ask-password' || !share || proofs.passwords.length === 0) return decided
    return decideByPassword(context, found, share, proofs)
  })
}

function find(context: Context, uuid: string | undefined, proofs: Proofs): Soon<Found> {
  if (uuid === undefined) return { reader: undefined, session: undefined }
  const { tokenHash, passwords, from } = proofs
  const brought = {
    uuid,
    tokenHash: tokenHash ?? null,
    address: passwords.length === 0 ? null : from.address,
  }
  return whenThere(findShareForReader(context.store, brought, context.now()), (reader) =>
    whenThere(keepAlive(context, reader?.session), (session) => ({ reader, session })),
  )
}

/** Whether a cookie or the session, while it lives, has proved the share's present password. */
function hasUnlocked(context: Context, { reader, session }: Found, { unlockToken }: Proofs): boolean {
  if (!reader || reader.share.passwordHash === null) return false
  if (session && reader.hasUnlocked) return true
  const { uuid, passwordHash } = reader.share
  return (
    unlockToken !== undefined &&
    isUnlockToken(unlockToken, { uuid, passwordHash }, context.now(), context.provedCookies)
  )
}

function decideByPassword(
  context: Context,
  found: Found,
  { id, uuid, passwordHash }: OpenableShare,
  proofs: Proofs,
): Soon<ViewDecision> {
  if (passwordHash === null) throw new Error('Without a password, none is asked for.')
  const { passwords, from } = proofs
  const trying = trySharePassword(
    context,
    { id, passwordHash },
    { readings: passwords, address: from.address, used: found.reader?.tries },
  )
  if (!(trying instanceof Promise)) {
    return { ...decide(context, found, proofs, trying.proof), ...laterOf(trying) }
  }
  return trying.then(async (tried) => {
    // Checking took its time: what counts is the share as it is now, and a proof of its present password.
    const present = await find(context, uuid, proofs)
    const isStale = tried.proof === 'proved' && present.reader?.share.passwordHash !== passwordHash
    const decided = decide(context, present, proofs, isStale ? 'wrong' : tried.proof)
    // What was renewed before is told now.
    const isRenewed = found.session?.isRenewed === true || decided.session?.isRenewed === true
    const session = decided.session && { ...decided.session, isRenewed }
    return { ...decided, session, ...laterOf(tried) }
  })
}

function laterOf(tried: TriedPassword): Pick<ViewDecision, 'retryAfterSeconds'> {
  return tried.proof === 'tries-used-up' ? { retryAfterSeconds: tried.retryAfterSeconds } : {}
}

function decide(
  { policy, now: clock }: Context,
  { reader, session }: Found,
  { from }: Proofs,
  passwordProof: PasswordProof,
): ViewDecision {
  const now = clock()
  const email = session
    ? verifiedEmail(session, policy.unverifiedEmails, {
        serverIsLoopback: policy.serverIsLoopback,
        isForwarded: from.isForwarded,
      })
    : null
  const account = session ? { id: session.userId, verifiedEmail: email } : null
  const share = reader?.share
  const state = share && shareState(share, reader.isListed && email !== null ? [email] : [])
  const outcome = whoMayView(state, { account, passwordProof }, now)
  return {
    outcome,
    share,
    info: shareInfoFor(state, outcome, now),
    isOwner: share !== undefined && session?.userId === share.ownerId,
    session,
  }
}
