import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { CODE_DIGITS } from '../accounts/code.ts'

/** A new code, for a mail alone. */
export function newCode(): string {
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
}

/**
 * What the store keeps of a code: bound to whose it is and what for, and keyed, as there are few enough codes to try
 * them all.
 *
 * @param secret of the store
 */
export function codeHash(code: string, subject: { purpose: string; email: string }, secret: string): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['code', subject.purpose, subject.email, code]))
    .digest('base64url')
}

/** Whether two hashes are the same, in the same time. */
export function isSameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
