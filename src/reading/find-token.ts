import { isAccessToken } from '../secrets/access-token.ts'
import { tokenHash } from '../secrets/tokens.ts'
import { findToken as findStoredToken, noteTokenUse } from '../storage/queries/access-tokens.ts'
import type { ReadingContext } from './context.ts'
import type { LiveSession } from './find-session.ts'

/** A program that asks all the time means a write now and then. */
const NOTE_USE_EVERY_MS = 60_000

/** What a program's token stands for; undefined when it is wrong, has expired or was revoked. */
export async function findToken(
  context: ReadingContext,
  presented: string,
): Promise<LiveSession | undefined> {
  if (!isAccessToken(presented)) return undefined
  const now = context.now()
  const found = await findStoredToken(context.store, tokenHash(presented))
  if (!found || (found.expiresAt !== null && found.expiresAt <= now)) return undefined
  const { id, name, scope, userId, email, isVerified } = found
  if (found.lastUsedAt === null || now - found.lastUsedAt >= NOTE_USE_EVERY_MS) await note(context, id, now)
  return { tokenHash: undefined, userId, email, isVerified, isRenewed: false, token: { id, name, scope } }
}

/** A store that takes no writes now doesn't keep anyone from reading. */
async function note({ store }: ReadingContext, id: number, now: number): Promise<void> {
  try {
    await noteTokenUse(store.counters, id, now)
  } catch (error) {
    if (!store.dialect.isUnavailable(error)) throw error
  }
}
