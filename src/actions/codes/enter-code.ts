import { normaliseCode } from '../../accounts/code.ts'
import { codeHash, isSameHash } from '../../secrets/email-code.ts'
import { ADDRESS_CODES, CODE_ENTRIES, NETWORK_MULTIPLES, wholeSeconds } from '../../sharing/limits.ts'
import { type CodeSubject, takeEntry, useCode } from '../../storage/queries/mail/email-codes.ts'
import { findUsedUp, giveTriesBack, takeTries, triesFrom } from '../../storage/queries/tries.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Origin } from '../context.ts'

/** What came of a code that was entered. */
export type EnteredCode<T> =
  | { readonly isRight: true; readonly value: T }
  | { readonly isRight: false; readonly retryAfterSeconds?: number }

/**
 * Compares a code that was entered. A right one is used up, once, in the same transaction as what it is good for.
 *
 * @param work what the code is good for
 * @returns with `retryAfterSeconds` where this address entered too many wrong ones
 */
export async function enterCode<T>(
  context: Context,
  subject: CodeSubject,
  text: string,
  from: Origin,
  work: (trx: Queries) => Promise<T>,
): Promise<EnteredCode<T>> {
  const { store, now } = context
  const counted = triesFrom(
    from,
    ADDRESS_CODES,
    NETWORK_MULTIPLES,
    (network) => `codes entered from ${network}`,
  )
  if (!(await takeTries(store, counted, now()))) {
    const until = (await findUsedUp(store, counted, now())) ?? now()
    return { isRight: false, retryAfterSeconds: wholeSeconds(until - now()) }
  }
  const code = normaliseCode(text)
  const stored = code && (await takeEntry(store, subject, CODE_ENTRIES, now()))
  const entered = codeHash(code ?? '', subject, store.secret)
  if (stored === undefined || !isSameHash(stored, entered)) return { isRight: false }

  const done = await store.smallTransaction(async (trx) => {
    if (!(await useCode(trx, subject, stored))) return undefined
    return { value: await work(trx) }
  })
  if (!done) return { isRight: false }
  await giveTriesBack(store, counted)
  return { isRight: true, ...done }
}
