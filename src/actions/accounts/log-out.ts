import { deleteSession, deleteSessionsOf } from '../../storage/queries/sessions.ts'
import type { Context } from '../context.ts'

/** @returns whether there was a session */
export async function logOut(context: Context, tokenHash: string | undefined): Promise<boolean> {
  if (tokenHash === undefined) return false
  return deleteSession(context.store.write, tokenHash, context.now())
}

/** Signs the account out on every device. */
export async function logOutEverywhere(context: Context, userId: number): Promise<void> {
  await deleteSessionsOf(context.store.write, userId)
}
