import { ADDRESS_SIGN_UPS, NETWORK_MULTIPLES } from '../../sharing/limits.ts'
import { findUsedUp, takeTries, triesFrom } from '../../storage/queries/tries.ts'
import { insertUser } from '../../storage/queries/users.ts'
import type { Context, Origin } from '../context.ts'
import { readEmail, readNewPassword } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
import { tooManyTries } from './check-login.ts'
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
  if (context.policy.signUp === 'closed') throw new Refusal({ code: 'sign-up-closed' })
  if (context.policy.signUp === 'oidc' || !context.policy.passwordSignIn) {
    throw new Refusal({ code: 'sign-up-elsewhere' })
  }
  const email = readEmail(input.email)
  const password = readNewPassword(input.password, email)
  if (!context.policy.serverIsLoopback || !from.isFromThisMachine) await countSignUp(context, from)
  const passwordHash = await context.hasher.hash(password, from.address, from.left())
  return context.store.transaction(async (trx) => {
    const user = await insertUser(trx, { email, passwordHash, verifiedAt: null, now: context.now() })
    if (!user) throw new Refusal({ code: 'email-taken' })
    return startSession(context, trx, user, presentedHash, from, 'account-created')
  })
}

/** Counted before the password is hashed: that is what costs the most. */
async function countSignUp({ store, now }: Context, from: Origin): Promise<void> {
  const counted = triesFrom(from, ADDRESS_SIGN_UPS, NETWORK_MULTIPLES, (network) => `sign-up from ${network}`)
  if (await takeTries(store, counted, now())) return
  const until = (await findUsedUp(store, counted, now())) ?? now()
  throw tooManyTries(until - now())
}
