import { normalisePassword } from '../accounts/password.ts'
import { insertUser } from '../storage/users.ts'
import type { Context } from './context.ts'
import { readEmail } from './read-input.ts'
import { Refusal } from './refusal.ts'
import { startSession, type StartedSession } from './start-session.ts'

/** Creates an account and signs it in. @throws Refusal when sign-up is closed or the email is taken */
export async function signUp(
  context: Context,
  input: { email: string; password: string },
  presentedToken: string | undefined,
): Promise<StartedSession> {
  if (context.policy.signUp === 'closed') throw new Refusal({ code: 'sign-up-closed' })
  const email = readEmail(input.email)
  const passwordHash = await context.hasher.hash(normalisePassword(input.password))
  return context.store.transaction(async (trx) => {
    const user = await insertUser(trx, { email, passwordHash, verifiedAt: null, now: context.now() })
    if (!user) throw new Refusal({ code: 'email-taken' })
    return startSession(context, trx, user, presentedToken)
  })
}
