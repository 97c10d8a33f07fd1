import { prepared } from './prepared.ts'
import type { Queries, Store } from './store.ts'

const selectUnlock = prepared(
  ['tokenHash', 'shareId', 'unlockVersion', 'now'],
  (db, args: { tokenHash: string; shareId: number; unlockVersion: number; now: number }) =>
    db
      .selectFrom('session_unlocks')
      .select('share_id')
      .where('token_hash', '=', args.tokenHash)
      .where('share_id', '=', args.shareId)
      .where('unlock_version', '=', args.unlockVersion)
      .where('expires_at', '>', args.now),
)

/** Whether the session has proved the share's present password. */
export async function hasUnlocked(
  store: Store,
  unlock: { tokenHash: string; shareId: number; unlockVersion: number; now: number },
): Promise<boolean> {
  const rows = await selectUnlock(store.read, unlock)
  return rows.length > 0
}

export async function insertUnlock(
  db: Queries,
  unlock: { tokenHash: string; shareId: number; unlockVersion: number; expiresAt: number },
): Promise<void> {
  await db
    .insertInto('session_unlocks')
    .values({
      token_hash: unlock.tokenHash,
      share_id: unlock.shareId,
      unlock_version: unlock.unlockVersion,
      expires_at: unlock.expiresAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['token_hash', 'share_id']).doUpdateSet((eb) => ({
        unlock_version: eb.ref('excluded.unlock_version'),
        expires_at: eb.ref('excluded.expires_at'),
      })),
    )
    .execute()
}
