import { normalisePassword } from '../../accounts/password.ts'
import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import {
  deleteUser,
  findUser,
  findUserByEmail,
  findUserForChange,
  updateUser,
  type User,
} from '../../storage/queries/users.ts'
import { checkLogin } from './check-login.ts'
import type { Context, Origin } from '../context.ts'
import { readEmail } from '../read-input.ts'
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
): Promise<{ user: User; session: StartedSession | undefined }> {
  const user = await getAccount(context, userId)
  const email = input.email === undefined ? undefined : readEmail(input.email)
  const login = { email: user.email, password: input.currentPassword, stored: user.passwordHash }
  if (!(await checkLogin(context, login, from))) throw new Refusal({ code: 'wrong-current-password' })

  const passwordHash =
    input.password === undefined ? undefined : await context.hasher.hash(normalisePassword(input.password))
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
    const changed = await findUser(trx, userId)
    if (!changed) throw new Refusal({ code: 'user-not-found' })
    if (passwordHash === undefined) return { user: changed, session: undefined }
    await deleteSessionsOf(trx, userId)
    return { user: changed, session: await startSession(context, trx, changed, undefined) }
  })
}

/** Deletes the account with all its chats and shares. */
export async function deleteAccount(context: Context, userId: number): Promise<void> {
  await context.store.smallTransaction((trx) => deleteUser(trx, userId, context.now()))
  context.deletions.wake()
}
