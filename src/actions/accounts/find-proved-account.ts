import { findUserByEmail, findUserForChange, type User } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../events.ts'
import { takeOver } from './take-over.ts'

/**
 * Somebody has proved that an email is theirs.
 *
 * @param mayMakeAccount whether what they proved it by makes accounts at this server
 * @returns the account that is theirs by it; undefined where there is none
 */
export async function findProvedAccount(
  context: Context,
  trx: Queries,
  email: string,
  by: Actor,
  mayMakeAccount: boolean,
): Promise<User | undefined> {
  const found = await findUserByEmail(trx, email)
  const user = found && (await findUserForChange(context.store, trx, found.id))
  // Its email may have been changed in the same moment.
  return user?.email === email ? takeOver(context, trx, user, by, mayMakeAccount) : undefined
}
