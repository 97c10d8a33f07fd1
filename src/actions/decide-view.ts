import { verifiedEmail } from '../accounts/verified-email.ts'
import { isUnlockToken } from '../secrets/unlock-token.ts'
import { type ShareInfo, shareInfoFor } from '../sharing/share-info.ts'
import type { ShareState } from '../sharing/share.ts'
import type { PasswordProof, Visitor } from '../sharing/visitor.ts'
import { type Outcome, whoMayView } from '../sharing/who-may-view.ts'
import { type Soon, whenThere } from '../soon.ts'
import { findOpenableShare, type OpenableShare } from '../storage/shares.ts'
import { hasUnlocked } from '../storage/unlocks.ts'
import { isListed } from '../storage/whitelist.ts'
import type { Context, Origin, Session } from './context.ts'
import { shareState } from './share-state.ts'
import { trySharePassword } from './try-share-password.ts'

/** What a visitor brings along to open a share. */
export interface Proofs {
  readonly session: Session | undefined
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
  /** with `too-many-tries` */
  readonly retryAfterSeconds?: number
}

/**
 * Asks who may view, and looks up or checks only what the answer asks for: most reads need the share alone.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 */
export function decideView(context: Context, uuid: string | undefined, proofs: Proofs): Soon<ViewDecision> {
  const share = uuid === undefined ? undefined : findOpenableShare(context.store, uuid)
  return whenThere(share, (share) => decideOn(context, share, proofs))
}

function decideOn(context: Context, share: OpenableShare | undefined, proofs: Proofs): Soon<ViewDecision> {
  const { session } = proofs
  const account = session
    ? {
        id: session.userId,
        verifiedEmail: verifiedEmail(session, context.policy.unverifiedEmails, {
          serverIsLoopback: context.policy.serverIsLoopback,
          isForwarded: proofs.from.isForwarded,
        }),
      }
    : null
  const visitor: Visitor = { account, passwordProof: 'none' }
  const now = context.now()
  const state = share && shareState(share, [])
  const outcome = whoMayView(state, visitor, now)
  if (share && (outcome === 'ask-password' || (outcome === 'not-listed' && share.whitelistSize > 0))) {
    return decideByProofs(context, share, proofs, visitor, outcome)
  }
  return decision(share, state, outcome, session, now)
}

/** Checks what the visitor has brought along: a proof of the password, then a place on the whitelist. */
async function decideByProofs(
  context: Context,
  found: OpenableShare,
  proofs: Proofs,
  { account }: Visitor,
  asked: Outcome,
): Promise<ViewDecision> {
  let share: OpenableShare | undefined = found
  let passwordProof: PasswordProof = 'none'
  let emails: readonly string[] = []
  let retryAfterSeconds: number | undefined
  const ask = (): Outcome =>
    whoMayView(share && shareState(share, emails), { account, passwordProof }, context.now())

  let outcome = asked
  if (outcome === 'ask-password' && share.passwordHash) {
    if (await isUnlocked(context, share, share.passwordHash, proofs)) {
      passwordProof = 'proved'
    } else if (proofs.passwords.length > 0) {
      const triedOn = { id: share.id, passwordHash: share.passwordHash }
      const tried = await trySharePassword(context, triedOn, proofs.passwords, proofs.from.address)
      if (tried.proof === 'tries-used-up') retryAfterSeconds = tried.retryAfterSeconds
      // Checking took its time: what counts is the share as it is now, and a proof of its present password.
      share = await findOpenableShare(context.store, share.uuid)
      const isStale = tried.proof === 'proved' && share?.passwordHash !== triedOn.passwordHash
      passwordProof = isStale ? 'wrong' : tried.proof
    }
    outcome = ask()
  }
  if (outcome === 'not-listed' && share && share.whitelistSize > 0 && account?.verifiedEmail) {
    if (await isListed(context.store, share.id, account.verifiedEmail)) emails = [account.verifiedEmail]
    outcome = ask()
  }
  return {
    ...decision(share, share && shareState(share, emails), outcome, proofs.session, context.now()),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
}

function decision(
  share: OpenableShare | undefined,
  state: ShareState | undefined,
  outcome: Outcome,
  session: Session | undefined,
  now: number,
): ViewDecision {
  return {
    outcome,
    share,
    info: shareInfoFor(state, outcome, now),
    isOwner: share !== undefined && session?.userId === share.ownerId,
  }
}

async function isUnlocked(
  context: Context,
  share: OpenableShare,
  passwordHash: string,
  { unlockToken, session }: Proofs,
): Promise<boolean> {
  const now = context.now()
  if (unlockToken !== undefined && isUnlockToken(unlockToken, share.uuid, passwordHash, now)) return true
  return (
    session !== undefined &&
    hasUnlocked(context.store, {
      tokenHash: session.tokenHash,
      shareId: share.id,
      unlockVersion: share.unlockVersion,
      now,
    })
  )
}
