import { ADDRESS_SIGN_UPS, NETWORK_MULTIPLES } from '../../sharing/limits.ts'
import { findUsedUp, takeTries, triesFrom } from '../../storage/queries/tries.ts'
import type { Context, Origin } from '../context.ts'
import { tooManyTries } from './check-login.ts'

/**
 * Counts an account that is about to be made, however it is. Call it outside of the transaction that makes it.
 *
 * @throws Refusal when this address asked for too many
 */
export async function countSignUp({ store, now, policy }: Context, from: Origin): Promise<void> {
  if (policy.serverIsLoopback && from.isFromThisMachine) return
  const counted = triesFrom(from, ADDRESS_SIGN_UPS, NETWORK_MULTIPLES, (network) => `sign-up from ${network}`)
  if (await takeTries(store, counted, now())) return
  const until = (await findUsedUp(store, counted, now())) ?? now()
  throw tooManyTries(until - now())
}
