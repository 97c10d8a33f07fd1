import { insertUser } from '../../storage/queries/users.ts'
import type { Context, Origin } from '../context.ts'
import { readEmail, readNewPassword } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
import { countSignUp } from './count-sign-up.ts'
import { signUpWay } from './sign-up-way.ts'
import { startSession, type StartedSession } from './start-session.ts'

/**
 * Creates an account and signs it in.
 *
 * @throws Refusal when sign-up is closed, the email is taken, or this address asked for too many accounts
 */
export async function signUp(
  context: Context,
  input: { email: string; password: string },
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  const way = signUpWay(context)
  if (way === 'none') throw new Refusal({ code: 'sign-up-closed' })
  if (way !== 'password') throw new Refusal({ code: 'sign-up-elsewhere', way })
  const email = readEmail(input.email)
  const password = readNewPassword(input.password, email)
  // Before the password is hashed: that is what costs the most.
  await countSignUp(context, from)
  const passwordHash = await context.hasher.hash(password, from.address, from.left())
  return context.store.transaction(async (trx) => {
    const user = await insertUser(trx, { email, passwordHash, verifiedAt: null, now: context.now() })
    if (!user) throw new Refusal({ code: 'email-taken' })
    return startSession(context, trx, user, presentedHash, from, 'account-created')
  })
}
