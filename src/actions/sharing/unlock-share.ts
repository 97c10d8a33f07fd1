import { findReader } from '../../reading/decide-view.ts'
import { outcomeOf, type ViewDecision, visitorOf } from '../../reading/outcome-of.ts'
import { deviceSubjectOf, retryAfterOf, trySharePassword } from '../../reading/try-share-password.ts'
import { rememberDevice } from '../../secrets/device-token.ts'
import { unlockToken } from '../../secrets/unlock-token.ts'
import { UNLOCK_LIFETIME } from '../../sharing/limits.ts'
import { stranger } from '../../sharing/visitor.ts'
import { insertUnlock } from '../../storage/queries/unlocks.ts'
import type { Context, Origin, Session } from '../context.ts'

export type UnlockedShare =
  | {
      readonly unlocked: true
      readonly cookie:
        | {
            readonly uuid: string
            readonly token: string
            /** lets this browser prove the password again while strangers try theirs */
            readonly device: string
          }
        | undefined
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
  const { session, from } = input
  const password = { text: `typed ${input.password}`, readings: () => [input.password] }
  const reader = await findReader(context, uuid, {
    tokenHash: session?.tokenHash,
    account: session?.token && session,
    readerHash: undefined,
    password,
    from,
  })
  const found = outcomeOf(context, reader, visitorOf(context, reader, 'none', false))
  const { share } = reader
  if (!share || found.outcome === 'not-found' || found.outcome === 'inactive') {
    return refused(found)
  }
  const { passwordHash } = share
  if (passwordHash === null) return { unlocked: true, cookie: undefined }

  const presented = { password, from, used: reader.tries }
  const tried = await trySharePassword(context, { id: share.id, passwordHash }, presented)
  if (tried.proof !== 'proved') {
    // Here only the password speaks, whoever sends it.
    const decision = outcomeOf(context, reader, { ...stranger, passwordProof: tried.proof })
    return refused({ ...decision, ...retryAfterOf(tried) })
  }

  const expiresAt = context.now() + UNLOCK_LIFETIME
  if (session?.tokenHash !== undefined) {
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
    cookie: {
      uuid: share.uuid,
      token: unlockToken(share.uuid, expiresAt, passwordHash),
      device: rememberDevice(
        from.device,
        deviceSubjectOf({ id: share.id, passwordHash }),
        context.store.secret,
      ),
    },
  }
}

/** Whoever asked has looked the session up, and renews it. */
function refused(decision: ViewDecision): UnlockedShare {
  return { unlocked: false, decision: { ...decision, session: undefined } }
}
