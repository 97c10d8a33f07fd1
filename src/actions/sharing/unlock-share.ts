import { unlockToken } from '../../secrets/unlock-token.ts'
import { UNLOCK_LIFETIME } from '../../sharing/limits.ts'
import { shareInfoFor } from '../../sharing/share-info.ts'
import { type Outcome, whoMayView } from '../../sharing/who-may-view.ts'
import { findOpenableShare } from '../../storage/queries/openable-shares.ts'
import { insertUnlock } from '../../storage/queries/unlocks.ts'
import type { Context, Origin, Session } from '../context.ts'
import type { ViewDecision } from '../../reading/decide-view.ts'
import { shareState } from '../../reading/share-state.ts'
import { trySharePassword } from '../../reading/try-share-password.ts'

export type UnlockedShare =
  | {
      readonly unlocked: true
      readonly cookie: { readonly uuid: string; readonly token: string } | undefined
    }
  | { readonly unlocked: false; readonly decision: ViewDecision }

/**
 * Proves a share's password once, for a cookie and for the session. The whitelist isn't asked here; a share
 * without a password needs no proof.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 */
export async function unlockShare(
  context: Context,
  uuid: string | undefined,
  input: { readonly password: string; readonly session: Session | undefined; readonly from: Origin },
): Promise<UnlockedShare> {
  const share = uuid === undefined ? undefined : await findOpenableShare(context.store, uuid)
  const { session } = input
  const account = session ? { id: session.userId, verifiedEmail: null } : null
  const visitor = { account, passwordProof: 'none' } as const
  const found = whoMayView(share && shareState(share, []), visitor, context.now())
  const refused = (outcome: Outcome, retryAfterSeconds?: number): UnlockedShare => ({
    unlocked: false,
    decision: {
      outcome,
      share,
      info: shareInfoFor(share && shareState(share, []), outcome, context.now()),
      isOwner: share !== undefined && session?.userId === share.ownerId,
      // Whoever asked has looked it up, and renews it.
      session: undefined,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  })

  if (!share || found === 'not-found') return refused('not-found')
  if (found === 'inactive') return refused('inactive')
  const { passwordHash } = share
  if (passwordHash === null) return { unlocked: true, cookie: undefined }

  const tried = await trySharePassword(
    context,
    { id: share.id, passwordHash },
    { readings: [input.password], address: input.from.address, used: undefined },
  )
  if (tried.proof === 'tries-used-up') return refused('too-many-tries', tried.retryAfterSeconds)
  if (tried.proof === 'wrong') return refused('ask-password')

  const expiresAt = context.now() + UNLOCK_LIFETIME
  if (session) {
    // Bound to the password that was compared: when it has changed meanwhile, this unlocks nothing.
    await insertUnlock(context.store.write, {
      tokenHash: session.tokenHash,
      shareId: share.id,
      unlockVersion: share.unlockVersion,
      expiresAt,
    }).catch((error: unknown) => {
      // The session or the share ended meanwhile; then there is nothing to remember.
      if (!context.store.dialect.isForeignKeyViolation(error)) throw error
    })
  }
  return {
    unlocked: true,
    cookie: { uuid: share.uuid, token: unlockToken(share.uuid, expiresAt, passwordHash) },
  }
}
