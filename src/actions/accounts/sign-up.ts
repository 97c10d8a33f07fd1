import { normalisePassword } from '../../accounts/password.ts'
import { ADDRESS_SIGN_UPS } from '../../sharing/limits.ts'
import { findTries, takeTry } from '../../storage/queries/tries.ts'
import { insertUser } from '../../storage/queries/users.ts'
import type { Context, Origin } from '../context.ts'
import { readEmail } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
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
  const email = readEmail(input.email)
  if (!context.policy.serverIsLoopback) await countSignUp(context, from)
  const passwordHash = await context.hasher.hash(normalisePassword(input.password))
  return context.store.transaction(async (trx) => {
    const user = await insertUser(trx, { email, passwordHash, verifiedAt: null, now: context.now() })
    if (!user) throw new Refusal({ code: 'email-taken' })
    return startSession(context, trx, user, presentedHash)
  })
}

/** Counted before the password is hashed: that is what costs the most. */
async function countSignUp({ store, now }: Context, { address }: Origin): Promise<void> {
  const ofAddress = `sign-up from ${address}`
  if (await takeTry(store, ofAddress, ADDRESS_SIGN_UPS, now())) return
  const { expiresAt } = await findTries(store, ofAddress, ADDRESS_SIGN_UPS, now())
  const retryAfterSeconds = Math.max(1, Math.ceil((expiresAt - now()) / 1000))
  throw new Refusal({ code: 'too-many-tries', retryAfterSeconds })
}
