import { deleteTokensOf } from '../../storage/queries/access-tokens.ts'
import { deleteIdentitiesOf } from '../../storage/queries/identities.ts'
import { deletePasskeysOf } from '../../storage/queries/passkeys.ts'
import { deleteWebhooksOf } from '../../storage/queries/webhooks.ts'
import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import { findUserByEmail, insertUser, updateUser, type User } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { Refusal } from '../refusal.ts'

/** What an account has in place of a password where nobody can sign in with one. */
export const NO_PASSWORD = ''

/**
 * Who proves an email owns it: call this in the transaction that signs somebody in who has just proved the account's
 * email from outside of it, by a code or by a single sign-on's verified claim.
 *
 * An account whose email was never verified is a claim by whoever typed it. It becomes the prover's: its password,
 * sessions, tokens, passkeys, webhooks and ways to sign on end, as somebody else may have them.
 *
 * An account that had verified another email before belongs to whoever reads that one: it gets that one back, and the
 * prover an account of their own. A slip of the finger hands nobody's chats to a stranger.
 *
 * @param user locked for change
 * @param mayMakeAccount whether what they proved it by makes accounts at this server
 * @returns the prover's account
 * @throws Refusal where they would need a new account and may make none, or the former email is taken by now
 */
export async function takeOver(
  context: Context,
  trx: Queries,
  user: User,
  by: Actor,
  mayMakeAccount: boolean,
): Promise<User> {
  if (user.isVerified) return user
  const now = context.now()
  if (user.formerEmail !== null) {
    const isTaken = (await findUserByEmail(trx, user.formerEmail)) !== undefined
    if (isTaken || !mayMakeAccount) throw new Refusal({ code: 'invalid-credentials' })
    return giveBack(context, trx, { ...user, formerEmail: user.formerEmail }, by)
  }
  await updateUser(trx, user.id, { verifiedAt: now, passwordHash: NO_PASSWORD }, now)
  await deleteSessionsOf(trx, user.id)
  await deleteTokensOf(trx, user.id)
  await deleteIdentitiesOf(trx, user.id)
  await deletePasskeysOf(trx, user.id)
  await deleteWebhooksOf(trx, user.id)
  await record(context, trx, { userId: user.id, kind: 'email-verified', by, detail: 'taken over' })
  return { ...user, isVerified: true, passwordHash: NO_PASSWORD }
}

async function giveBack(
  context: Context,
  trx: Queries,
  user: User & { readonly formerEmail: string },
  by: Actor,
): Promise<User> {
  const now = context.now()
  await updateUser(trx, user.id, { email: user.formerEmail, verifiedAt: now, formerEmail: null }, now)
  await record(context, trx, { userId: user.id, kind: 'email-changed', by })
  const own = await insertUser(trx, { email: user.email, passwordHash: NO_PASSWORD, verifiedAt: now, now })
  if (!own) throw new Refusal({ code: 'invalid-credentials' })
  await record(context, trx, { userId: own.id, kind: 'account-created', by })
  return own
}
