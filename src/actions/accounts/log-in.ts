import { findUserByEmail, findUserForChange } from '../../storage/queries/users.ts'
import { checkLogin } from './check-login.ts'
import type { Context, Origin } from '../context.ts'
import { readEmail } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
import { startSession, type StartedSession } from './start-session.ts'

/** @throws Refusal, the same whether the email has no account or another password */
export async function logIn(
  context: Context,
  input: { email: string; password: string },
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  if (!context.policy.passwordSignIn) throw new Refusal({ code: 'password-sign-in-off' })
  const email = readEmail(input.email)
  const user = await findUserByEmail(context.store.read, email)
  const isRight = await checkLogin(
    context,
    { email, password: input.password, stored: user?.passwordHash },
    from,
  )
  if (!user || !isRight) throw new Refusal({ code: 'invalid-credentials' })
  return context.store.smallTransaction(async (trx) => {
    // A password that was changed while it was compared signs nobody in any more.
    const present = await findUserForChange(context.store, trx, user.id)
    if (present?.passwordHash !== user.passwordHash) throw new Refusal({ code: 'invalid-credentials' })
    return startSession(context, trx, present, presentedHash, from, 'signed-in')
  })
}
