import { deleteSession, deleteSessionsOf } from '../../storage/queries/sessions.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'

/** @returns whether there was a session */
export async function logOut(context: Context, tokenHash: string | undefined, by: Actor): Promise<boolean> {
  if (tokenHash === undefined) return false
  return context.store.transaction(async (trx) => {
    const userId = await deleteSession(trx, tokenHash, context.now())
    if (userId === undefined) return false
    await record(context, trx, { userId, kind: 'signed-out', by })
    return true
  })
}

/** Signs the account out on every device. */
export async function logOutEverywhere(context: Context, userId: number, by: Actor): Promise<void> {
  await context.store.transaction(async (trx) => {
    await deleteSessionsOf(trx, userId)
    await record(context, trx, { userId, kind: 'signed-out-everywhere', by })
  })
}
