import { JUST_SIGNED_IN } from '../../sharing/limits.ts'
import { deleteSessionsOf, findSessionStart } from '../../storage/queries/sessions.ts'
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
import { Refusal } from '../refusal.ts'
import { startSession, type StartedSession } from './start-session.ts'

/** @throws Refusal when the account is gone by now */
export async function getAccount(context: Context, userId: number): Promise<User> {
  const user = await findUser(context.store.read, userId)
  if (!user) throw new Refusal({ code: 'user-not-found' })
  return user
}

/**
 * Changes email or password. A changed email is unverified again; a changed password ends all sessions and gives
 * the asker a new one.
 *
 * @throws Refusal when the current password is wrong or the new email is taken
 */
export async function changeAccount(
  context: Context,
  userId: number,
  input: { email?: string | undefined; password?: string | undefined; currentPassword: string },
  from: Origin,
  by: Actor,
): Promise<{ user: User; session: StartedSession | undefined; device: string }> {
  const user = await getAccount(context, userId)
  const email = input.email === undefined ? undefined : readEmail(input.email)
  const password = input.password === undefined ? undefined : readNewPassword(input.password, user.email)
  const login = { email: user.email, password: input.currentPassword, stored: user.passwordHash }
  if (!(await checkLogin(context, login, from))) throw new Refusal({ code: 'wrong-current-password' })

  const passwordHash =
    password === undefined ? undefined : await context.hasher.hash(password, `user ${userId}`)
  return context.store.transaction(async (trx) => {
    const present = await findUserForChange(context.store, trx, userId)
    // The hash that was compared must still be the account's: two changes at once can't both win.
    if (present?.passwordHash !== user.passwordHash) throw new Refusal({ code: 'wrong-current-password' })
    const isNewEmail = email !== undefined && email !== user.email
    if (isNewEmail && (await findUserByEmail(trx, email))) throw new Refusal({ code: 'email-taken' })
    const change = {
      ...(isNewEmail ? { email, verifiedAt: null } : {}),
      ...(passwordHash === undefined ? {} : { passwordHash }),
    }
    await updateUser(trx, userId, change, context.now()).catch((error: unknown) => {
      // Somebody took it in the same moment.
      throw context.store.dialect.isUniqueViolation(error) ? new Refusal({ code: 'email-taken' }) : error
    })
    if (isNewEmail) await record(context, trx, { userId, kind: 'email-changed', by })
    const changed = await findUser(trx, userId)
    if (!changed) throw new Refusal({ code: 'user-not-found' })
    const device = deviceOf(context, changed, from)
    if (passwordHash === undefined) return { user: changed, session: undefined, device }
    await deleteSessionsOf(trx, userId)
    return {
      user: changed,
      device,
      session: await startSession(context, trx, changed, undefined, from, 'password-changed'),
    }
  })
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
    const began = await findSessionStart(context.store.read, session.tokenHash)
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
    await deleteUser(trx, user.id, context.now())
  })
  context.deletions.wake()
}
