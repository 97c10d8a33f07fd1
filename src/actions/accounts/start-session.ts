import { sessionExpiry } from '../../accounts/session.ts'
import { newToken, tokenHash } from '../../secrets/tokens.ts'
import { deleteSession, insertSession } from '../../storage/queries/sessions.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Origin } from '../context.ts'
import { actorWith, record } from '../events.ts'
import { deviceOf } from './check-login.ts'

/** A session just begun: token and device are for the visitor's cookies and nowhere else. */
export interface StartedSession {
  readonly token: string
  /** lets this browser sign in again while strangers try passwords; see secrets/device-token.ts */
  readonly device: string
  readonly user: { readonly id: number; readonly email: string }
  readonly loggedInAt: number
}

/**
 * Always issues a new token, revokes the session that was presented, and writes down why.
 *
 * @param proof.detail how, if not by a password
 * @param proof.isOfEmail by a code: for a while, a password that was forgotten can be set anew
 */
export async function startSession(
  context: Context,
  db: Queries,
  user: { id: number; email: string; passwordHash: string },
  presentedHash: string | undefined,
  from: Origin,
  kind: 'account-created' | 'signed-in' | 'password-changed',
  { detail, isOfEmail = false }: { readonly detail?: string; readonly isOfEmail?: boolean } = {},
): Promise<StartedSession> {
  const now = context.now()
  const token = newToken()
  if (presentedHash !== undefined) await deleteSession(db, presentedHash, now)
  const hash = tokenHash(token)
  const by = actorWith(hash, from.client)
  await record(context, db, { userId: user.id, kind, by, ...(detail === undefined ? {} : { detail }) })
  await insertSession(db, {
    tokenHash: hash,
    userId: user.id,
    client: from.client,
    now,
    emailProvedAt: isOfEmail ? now : undefined,
    expiresAt: sessionExpiry(now, context.policy.sessionDays),
  })
  return {
    token,
    device: deviceOf(context, user, from),
    user: { id: user.id, email: user.email },
    loggedInAt: now,
  }
}
