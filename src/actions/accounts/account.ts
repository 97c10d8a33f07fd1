import { JUST_SIGNED_IN } from '../../sharing/limits.ts'
import { deleteSessionsOf, findEmailProof, findSessionStart } from '../../storage/queries/sessions.ts'
import {
  deleteUser,
  findUser,
  findUserByEmail,
  findUserForChange,
  updateUser,
  type User,
} from '../../storage/queries/users.ts'
import { type Actor, record } from '../events.ts'
import { checkLogin, deviceOf } from './check-login.ts'
import type { Context, Origin, Session } from '../context.ts'
import { readEmail, readNewPassword } from '../read-input.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { requireSession } from './require-session.ts'
import { startSession, type StartedSession } from './start-session.ts'

/** @throws Refusal when the account is gone by now */
export async function getAccount(context: Context, userId: number): Promise<User> {
  const user = await findUser(context.store.read, userId)
  if (!user) throw new Refusal({ code: 'user-not-found' })
  return user
}

/**
 * Changes email or password. A changed email is unverified again; a changed password ends all sessions and gives
 * the asker a new one. Who has signed in by a code just now sets a password without the one that they forgot.
 *
 * @throws Refusal when the current password is wrong or the new email is taken
 */
export async function changeAccount(
  context: Context,
  session: Pick<Session, 'userId' | 'tokenHash'>,
  input: {
    email?: string | undefined
    password?: string | undefined
    currentPassword: string | undefined
    /** our own, for the mail that tells the former address */
    origin: string
  },
  from: Origin,
  by: Actor,
): Promise<{ user: User; session: StartedSession | undefined; device: string }> {
  const { userId } = session
  const { origin } = input
  const user = await getAccount(context, userId)
  const email = input.email === undefined ? undefined : readEmail(input.email)
  const password = input.password === undefined ? undefined : readNewPassword(input.password, user.email)
  if (input.currentPassword === undefined) {
    const isForgotten = email === undefined && (await hasJustProvedEmail(context, session.tokenHash))
    if (!isForgotten) throw invalidBody('current_password', 'Send your current password.')
  } else {
    const login = { email: user.email, password: input.currentPassword, stored: user.passwordHash }
    if (!(await checkLogin(context, login, from))) throw new Refusal({ code: 'wrong-current-password' })
  }

  const passwordHash =
    password === undefined ? undefined : await context.hasher.hash(password, `user ${userId}`, from.left())
  const changed = await context.store.transaction(async (trx) => {
    const present = await findUserForChange(context.store, trx, userId)
    // The hash that was compared must still be the account's: two changes at once can't both win.
    if (present?.passwordHash !== user.passwordHash) throw new Refusal({ code: 'wrong-current-password' })
    await requireSession(context, trx, session)
    const isNewEmail = email !== undefined && email !== user.email
    if (isNewEmail && (await findUserByEmail(trx, email))) throw new Refusal({ code: 'email-taken' })
    const verifiedBefore = present.isVerified ? present.email : present.formerEmail
    const formerEmail = verifiedBefore === email ? null : verifiedBefore
    const change = {
      ...(isNewEmail ? { email, verifiedAt: null, formerEmail } : {}),
      ...(passwordHash === undefined ? {} : { passwordHash }),
    }
    await updateUser(trx, userId, change, context.now()).catch((error: unknown) => {
      // Somebody took it in the same moment.
      throw context.store.dialect.isUniqueViolation(error) ? new Refusal({ code: 'email-taken' }) : error
    })
    if (isNewEmail) {
      await record(context, trx, { userId, kind: 'email-changed', by })
      if (present.isVerified)
        await context.outbox?.put(trx, present.email, { kind: 'address-changed', origin })
    }
    const after = await findUser(trx, userId)
    if (!after) throw new Refusal({ code: 'user-not-found' })
    const device = deviceOf(context, after, from)
    if (passwordHash === undefined) return { user: after, session: undefined, device }
    await deleteSessionsOf(trx, userId)
    return {
      user: after,
      device,
      session: await startSession(context, trx, after, undefined, from, 'password-changed'),
    }
  })
  context.outbox?.wake()
  return changed
}

async function hasJustProvedEmail(context: Context, tokenHash: string | undefined): Promise<boolean> {
  if (tokenHash === undefined) return false
  const provedAt = await findEmailProof(context.store.read, tokenHash)
  return provedAt !== undefined && context.now() - provedAt <= JUST_SIGNED_IN
}

/**
 * Deletes the account with all its chats and shares: for who knows its password, or signed in just now.
 *
 * @throws Refusal when the password is wrong, or missing in a session that began a while ago
 */
export async function deleteAccount(
  context: Context,
  session: Pick<Session, 'userId' | 'tokenHash'>,
  currentPassword: string | undefined,
  from: Origin,
): Promise<void> {
  const user = await getAccount(context, session.userId)
  if (currentPassword === undefined) {
    const { tokenHash } = session
    const began = tokenHash === undefined ? undefined : await findSessionStart(context.store.read, tokenHash)
    if (began === undefined || context.now() - began > JUST_SIGNED_IN) {
      throw new Refusal({ code: 'current-password-needed' })
    }
  } else {
    const login = { email: user.email, password: currentPassword, stored: user.passwordHash }
    if (!(await checkLogin(context, login, from))) throw new Refusal({ code: 'wrong-current-password' })
  }
  await context.store.smallTransaction(async (trx) => {
    const present = await findUserForChange(context.store, trx, user.id)
    // A password that was changed while it was compared deletes nothing any more.
    if (present?.passwordHash !== user.passwordHash) throw new Refusal({ code: 'wrong-current-password' })
    await requireSession(context, trx, session)
    await deleteUser(trx, user.id, context.now())
  })
  context.deletions.wake()
}
