import type { Queries } from '../store.ts'

/** How long a key is known, and how many of an account; the oldest beyond them are forgotten. */
const KNOWN_MS = 24 * 60 * 60 * 1000
const MOST_OF_AN_ACCOUNT = 10_000

export interface IdempotencyKey {
  readonly userId: number
  readonly keyHash: string
  readonly requestDigest: string
}

export interface EarlierRequest {
  readonly requestDigest: string
  /** which rows it made */
  readonly made: string
}

/** What was done for a key before. Who asks while that is under way is answered when it is done. */
export async function findEarlierRequest(
  trx: Queries,
  key: IdempotencyKey,
  now: number,
): Promise<EarlierRequest | undefined> {
  await forget(trx, key.userId, now)
  // An empty row keeps others with this key waiting, on every server, until the transaction ends.
  const claimed = await trx
    .insertInto('idempotency_keys')
    .values({
      user_id: key.userId,
      key_hash: key.keyHash,
      request_digest: key.requestDigest,
      made: '',
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'key_hash']).doNothing())
    .returning('key_hash')
    .executeTakeFirst()
  if (claimed) return undefined
  const earlier = await trx
    .selectFrom('idempotency_keys')
    .select(['request_digest', 'made'])
    .where('user_id', '=', key.userId)
    .where('key_hash', '=', key.keyHash)
    .executeTakeFirstOrThrow()
  return { requestDigest: earlier.request_digest, made: earlier.made }
}

export async function keepWhatWasMade(
  trx: Queries,
  { userId, keyHash }: IdempotencyKey,
  made: string,
): Promise<void> {
  await trx
    .updateTable('idempotency_keys')
    .set({ made })
    .where('user_id', '=', userId)
    .where('key_hash', '=', keyHash)
    .execute()
}

async function forget(trx: Queries, userId: number, now: number): Promise<void> {
  await trx
    .deleteFrom('idempotency_keys')
    .where('user_id', '=', userId)
    .where('created_at', '<', now - KNOWN_MS)
    .execute()
  await trx
    .deleteFrom('idempotency_keys')
    .where('user_id', '=', userId)
    .where('created_at', '<=', (eb) =>
      eb
        .selectFrom('idempotency_keys as newer')
        .select('newer.created_at')
        .where('newer.user_id', '=', userId)
        .orderBy('newer.created_at', 'desc')
        .offset(MOST_OF_AN_ACCOUNT)
        .limit(1),
    )
    .execute()
}
