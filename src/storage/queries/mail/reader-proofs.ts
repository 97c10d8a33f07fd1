import type { Queries } from '../../store.ts'

/** One browser's; the oldest beyond them are forgotten. */
const MOST_OF_A_READER = 20

/**
 * Writes down that a browser has proved an email, and hands what it had proved before over to its new token: one that
 * somebody else planted there learns nothing by it.
 */
export async function insertProof(
  trx: Queries,
  proof: {
    readonly tokenHash: string
    /** of the token that the browser had */
    readonly formerHash: string | undefined
    readonly email: string
    readonly now: number
    readonly expiresAt: number
  },
): Promise<void> {
  const { tokenHash, formerHash, email, now, expiresAt } = proof
  if (formerHash !== undefined) {
    const kept = await trx
      .selectFrom('reader_proofs')
      .select('email')
      .where('token_hash', '=', formerHash)
      .where('email', '!=', email)
      .where('expires_at', '>', now)
      .orderBy('proved_at', 'desc')
      .limit(MOST_OF_A_READER - 1)
      .execute()
    const emails = kept.map((row) => row.email)
    if (emails.length > 0) {
      await trx
        .updateTable('reader_proofs')
        .set({ token_hash: tokenHash })
        .where('token_hash', '=', formerHash)
        .where('email', 'in', emails)
        .execute()
    }
    await deleteProofs(trx, formerHash)
  }
  await trx
    .insertInto('reader_proofs')
    .values({ token_hash: tokenHash, email, proved_at: now, expires_at: expiresAt })
    .execute()
}

/** Forgets what a browser has proved. */
export async function deleteProofs(db: Queries, tokenHash: string): Promise<void> {
  await db.deleteFrom('reader_proofs').where('token_hash', '=', tokenHash).execute()
}

export async function deleteExpiredProofs(db: Queries, now: number): Promise<void> {
  await db.deleteFrom('reader_proofs').where('expires_at', '<=', now).execute()
}
