import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import { updateUser, type User } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'

/**
 * Who proves an email owns it: call this in the transaction that signs somebody in who has just proved the account's
 * email from outside of it, by a code or by a single sign-on's verified claim.
 *
 * An account whose email was never verified is a claim by whoever typed it. It becomes the prover's: its password and
 * sessions end, as somebody else may have them. What signs in to an account in any other way has to end here as well.
 *
 * @param user locked for change
 * @returns the account as it is then
 */
export async function takeOver(context: Context, trx: Queries, user: User, by: Actor): Promise<User> {
  if (user.isVerified) return user
  const now = context.now()
  await updateUser(trx, user.id, { verifiedAt: now, passwordHash: '' }, now)
  await deleteSessionsOf(trx, user.id)
  await record(context, trx, { userId: user.id, kind: 'email-verified', by, detail: 'password, sessions' })
  return { ...user, isVerified: true, passwordHash: '' }
}
