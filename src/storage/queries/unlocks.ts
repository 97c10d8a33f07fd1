import type { Queries } from '../store.ts'

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
