import {
  findEarlierRequest,
  type IdempotencyKey,
  keepWhatWasMade,
} from '../storage/queries/idempotency-keys.ts'
import type { Queries } from '../storage/store.ts'
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'

/** Names a request, so that sending it again does it no second time; undefined: its sender named none. */
export type OnceKey = Omit<IdempotencyKey, 'userId'> | undefined

/** What was made just now, or which rows were made when the same was asked for before. */
export type MadeOnce<T> = { readonly value: T } | { readonly earlier: string }

/**
 * Makes something once for a key: in the same transaction as what it makes, so that neither is there without the
 * other.
 *
 * @param rowsOf which rows it made, as text
 * @throws Refusal when the key stood for another request
 */
export async function makeOnce<T>(
  context: Context,
  trx: Queries,
  asked: { readonly userId: number; readonly key: OnceKey },
  make: () => Promise<T>,
  rowsOf: (made: T) => string,
): Promise<MadeOnce<T>> {
  if (asked.key === undefined) return { value: await make() }
  const key = { ...asked.key, userId: asked.userId }
  const earlier = await findEarlierRequest(trx, key, context.now())
  if (earlier) {
    if (earlier.requestDigest !== key.requestDigest) throw new Refusal({ code: 'key-of-another-request' })
    return { earlier: earlier.made }
  }
  const value = await make()
  await keepWhatWasMade(trx, key, rowsOf(value))
  return { value }
}
