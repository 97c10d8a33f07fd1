import { findUserForChange, updateUser, type User } from '../../storage/queries/users.ts'
import { askerOf, sendCode } from '../codes/send-code.ts'
import { enterCode } from '../codes/enter-code.ts'
import type { Context, Origin } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { Refusal } from '../refusal.ts'
import { getOutbox } from '../mail.ts'
import { getAccount } from './account.ts'
import { tooManyTries } from './check-login.ts'

// The account is part of it: a code that somebody got for theirs confirms no other account.
const purposeOf = (userId: number): string => `confirm ${userId}`

/** Mails a code to the account's email; one that is verified needs none. @param origin our own, for the mail */
export async function askToConfirm(
  context: Context,
  userId: number,
  origin: string,
  from: Origin,
): Promise<void> {
  getOutbox(context)
  const { email, isVerified } = await getAccount(context, userId)
  if (isVerified) return
  const subject = { purpose: purposeOf(userId), email }
  await sendCode(context, { subject, kind: 'confirming-code', origin, isSent: true }, askerOf(from))
}

/** Verifies the account's email by a code. Whoever has both is the same person: nothing of the account ends. */
export async function confirmEmail(
  context: Context,
  userId: number,
  code: string,
  from: Origin,
  by: Actor,
): Promise<User> {
  getOutbox(context)
  const { email } = await getAccount(context, userId)
  const entered = await enterCode(context, { purpose: purposeOf(userId), email }, code, from, async (trx) => {
    const user = await findUserForChange(context.store, trx, userId)
    if (user?.email !== email) throw new Refusal({ code: 'wrong-code' })
    const now = context.now()
    await updateUser(trx, userId, { verifiedAt: now, formerEmail: null }, now)
    await record(context, trx, { userId, kind: 'email-verified', by })
    return { ...user, isVerified: true }
  })
  if (entered.isRight) return entered.value
  if (entered.retryAfterSeconds !== undefined) throw tooManyTries(entered.retryAfterSeconds * 1000)
  throw new Refusal({ code: 'wrong-code' })
}
