import { verifiedEmail } from '../accounts/verified-email.ts'
import { isUnlockToken } from '../secrets/unlock-token.ts'
import { type ShareInfo, shareInfoFor } from '../sharing/share-info.ts'
import type { PasswordProof } from '../sharing/visitor.ts'
import { type Outcome, whoMayView } from '../sharing/who-may-view.ts'
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
export async function decideView(
  context: Context,
  uuid: string | undefined,
  proofs: Proofs,
): Promise<ViewDecision> {
  let share = uuid === undefined ? undefined : await findOpenableShare(context.store, uuid)
  let passwordProof: PasswordProof = 'none'
  let emails: readonly string[] = []
  let retryAfterSeconds: number | undefined
  const { session } = proofs
  const account = session && {
    id: session.userId,
    verifiedEmail: verifiedEmail(session, context.policy.unverifiedEmails, {
      serverIsLoopback: context.policy.serverIsLoopback,
      isForwarded: proofs.from.isForwarded,
    }),
  }
  const ask = (): Outcome =>
    whoMayView(share && shareState(share, emails), { account: account ?? null, passwordProof }, context.now())

  let outcome = ask()
  if (outcome === 'ask-password' && share?.passwordHash) {
    if (await isUnlocked(context, share, share.passwordHash, proofs)) {
      passwordProof = 'proved'
    } else if (proofs.passwords.length > 0) {
      const asked = { id: share.id, passwordHash: share.passwordHash }
      const tried = await trySharePassword(context, asked, proofs.passwords, proofs.from.address)
      if (tried.proof === 'tries-used-up') retryAfterSeconds = tried.retryAfterSeconds
      // Checking took its time: what counts is the share as it is now, and a proof of its present password.
      share = await findOpenableShare(context.store, share.uuid)
      const isStale = tried.proof === 'proved' && share?.passwordHash !== asked.passwordHash
      passwordProof = isStale ? 'wrong' : tried.proof
    }
    outcome = ask()
  }
  if (outcome === 'not-listed' && share && share.whitelistSize > 0 && account?.verifiedEmail) {
    if (await isListed(context.store, share.id, account.verifiedEmail)) emails = [account.verifiedEmail]
    outcome = ask()
  }

  return {
    outcome,
    share,
    info: shareInfoFor(share && shareState(share, emails), outcome, context.now()),
    isOwner: share !== undefined && session?.userId === share.ownerId,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
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
