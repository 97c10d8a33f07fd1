import { sessionExpiry } from '../../accounts/session.ts'
import { newToken, tokenHash } from '../../secrets/tokens.ts'
import { deleteSession, insertSession } from '../../storage/queries/sessions.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Origin } from '../context.ts'
import { deviceOf } from './check-login.ts'

/** A session just begun: token and device are for the visitor's cookies and nowhere else. */
export interface StartedSession {
  readonly token: string
  /** lets this browser sign in again while strangers try passwords; see secrets/device-token.ts */
  readonly device: string
  readonly user: { readonly id: number; readonly email: string }
  readonly loggedInAt: number
}

/** Always issues a new token, and revokes the session that was presented. */
export async function startSession(
  context: Context,
  db: Queries,
  user: { id: number; email: string; passwordHash: string },
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  const now = context.now()
  const token = newToken()
  if (presentedHash !== undefined) await deleteSession(db, presentedHash, now)
  await insertSession(db, {
    tokenHash: tokenHash(token),
    userId: user.id,
    now,
    expiresAt: sessionExpiry(now, context.policy.sessionDays),
  })
  return {
    token,
    device: deviceOf(context, user, from),
    user: { id: user.id, email: user.email },
    loggedInAt: now,
  }
}
