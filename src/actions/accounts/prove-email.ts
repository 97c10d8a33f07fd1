import { deleteTokensOf } from '../../storage/queries/access-tokens.ts'
import { deleteIdentitiesOf } from '../../storage/queries/identities.ts'
import { deletePasskeysOf } from '../../storage/queries/passkeys.ts'
import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import { findUserByEmail, findUserForChange, updateUser, type User } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'

/** What an account has in place of a password where nobody can sign in with one. */
export const NO_PASSWORD = ''

/**
 * Somebody has proved that an email is theirs. An account that nobody had verified is only a claim by whoever typed the
 * email: it goes over to them, and everything that could open it until now ends.
 *
 * @returns the email's account, verified; undefined where there is none
 */
export async function proveEmail(
  context: Context,
  trx: Queries,
  email: string,
  by: Actor,
): Promise<User | undefined> {
  const found = await findUserByEmail(trx, email)
  const user = found && (await findUserForChange(context.store, trx, found.id))
  // Its email may have been changed in the same moment.
  if (user?.email !== email) return undefined
  if (user.isVerified) return user
  const now = context.now()
  await updateUser(trx, user.id, { verifiedAt: now, passwordHash: NO_PASSWORD }, now)
  await deleteSessionsOf(trx, user.id)
  await deleteTokensOf(trx, user.id)
  await deleteIdentitiesOf(trx, user.id)
  await deletePasskeysOf(trx, user.id)
  await record(context, trx, { userId: user.id, kind: 'email-verified', by, detail: 'taken over' })
  return { ...user, isVerified: true, passwordHash: NO_PASSWORD }
}
