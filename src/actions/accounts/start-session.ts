import { sessionExpiry } from '../../accounts/session.ts'
import { newToken, tokenHash } from '../../secrets/tokens.ts'
import { deleteSession, insertSession } from '../../storage/queries/sessions.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'

/** A session just begun: the token is for the visitor's cookie and nowhere else. */
export interface StartedSession {
  readonly token: string
  readonly user: { readonly id: number; readonly email: string }
  readonly loggedInAt: number
}

/** Always issues a new token, and revokes the session that was presented. */
export async function startSession(
  context: Context,
  db: Queries,
  user: { id: number; email: string },
  presentedHash: string | undefined,
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
  return { token, user: { id: user.id, email: user.email }, loggedInAt: now }
}
