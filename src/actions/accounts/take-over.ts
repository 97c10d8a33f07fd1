import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import { findUserByEmail, insertUser, updateUser, type User } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { Refusal } from '../refusal.ts'

/**
 * Who proves an email owns it: call this in the transaction that signs somebody in who has just proved the account's
 * email from outside of it, by a code or by a single sign-on's verified claim.
 *
 * An account whose email was never verified is a claim by whoever typed it. It becomes the prover's: its password and
 * sessions end, as somebody else may have them. What signs in to an account in any other way has to end here as well.
 *
 * An account that had verified another email before belongs to whoever reads that one: it gets that one back, and the
 * prover an account of their own. A slip of the finger hands nobody's chats to a stranger.
 *
 * @param user locked for change
 * @returns the prover's account
 * @throws Refusal where they would need a new account and sign-up is closed, or the former email is taken by now
 */
export async function takeOver(context: Context, trx: Queries, user: User, by: Actor): Promise<User> {
  if (user.isVerified) return user
  const now = context.now()
  if (user.formerEmail !== null) return giveBack(context, trx, { ...user, formerEmail: user.formerEmail }, by)
  await updateUser(trx, user.id, { verifiedAt: now, passwordHash: '' }, now)
  await deleteSessionsOf(trx, user.id)
  await record(context, trx, { userId: user.id, kind: 'email-verified', by, detail: 'password, sessions' })
  return { ...user, isVerified: true, passwordHash: '' }
}

async function giveBack(
  context: Context,
  trx: Queries,
  user: User & { readonly formerEmail: string },
  by: Actor,
): Promise<User> {
  const now = context.now()
  const isTaken = (await findUserByEmail(trx, user.formerEmail)) !== undefined
  if (isTaken || context.policy.signUp === 'closed') throw new Refusal({ code: 'invalid-credentials' })
  await updateUser(trx, user.id, { email: user.formerEmail, verifiedAt: now, formerEmail: null }, now)
  await record(context, trx, { userId: user.id, kind: 'email-changed', by })
  const own = await insertUser(trx, { email: user.email, passwordHash: '', verifiedAt: now, now })
  if (!own) throw new Refusal({ code: 'invalid-credentials' })
  await record(context, trx, { userId: own.id, kind: 'account-created', by })
  return own
}
