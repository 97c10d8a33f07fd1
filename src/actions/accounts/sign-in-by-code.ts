import { findUserByEmail, insertUser } from '../../storage/queries/users.ts'
import { askerOf, sendCode } from '../codes/send-code.ts'
import { enterCode } from '../codes/enter-code.ts'
import type { Context, Origin } from '../context.ts'
import { actorWith } from '../events.ts'
import { getOutbox } from '../mail.ts'
import { readEmail } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
import { tooManyTries } from './check-login.ts'
import { findProvedAccount } from './find-proved-account.ts'
import { signUpWay } from './sign-up-way.ts'
import { NO_PASSWORD } from './take-over.ts'
import { startSession, type StartedSession } from './start-session.ts'

const PURPOSE = 'sign-in'

/**
 * Mails a code to sign in with, if an account has the email or may be made by it. It does so after the answer, which tells nothing.
 *
 * @param origin our own, for the mail
 */
export function askToSignIn(context: Context, text: string, origin: string, from: Origin): void {
  getOutbox(context)
  const email = readEmail(text)
  const asker = askerOf(from)
  context.background.later(asker.address, async () => {
    const makesAccounts = signUpWay(context) === 'code'
    const isSent = makesAccounts || (await findUserByEmail(context.store.read, email)) !== undefined
    const subject = { purpose: PURPOSE, email }
    await sendCode(context, { subject, kind: 'sign-in-code', origin, isSent }, asker)
  })
}

/**
 * Signs in with a code; the account's email is verified from then on, and the account the prover's. Where codes are how
 * one signs up, they make it.
 *
 * @throws Refusal, the same whether the email has no account or the code is wrong
 */
export async function signInByCode(
  context: Context,
  input: { readonly email: string; readonly code: string },
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  getOutbox(context)
  const email = readEmail(input.email)
  const way = signUpWay(context)
  const entered = await enterCode(context, { purpose: PURPOSE, email }, input.code, from, async (trx) => {
    const by = actorWith(undefined, from.client)
    const mayMakeAccount = way === 'code' || way === 'password'
    const owned = await findProvedAccount(context, trx, email, by, mayMakeAccount)
    if (owned) return startSession(context, trx, owned, presentedHash, from, 'signed-in', { isOfEmail: true })
    const now = context.now()
    const made =
      way === 'code' && (await insertUser(trx, { email, passwordHash: NO_PASSWORD, verifiedAt: now, now }))
    if (!made) throw new Refusal({ code: 'invalid-credentials' })
    return startSession(context, trx, made, presentedHash, from, 'account-created', { isOfEmail: true })
  })
  if (entered.isRight) return entered.value
  if (entered.retryAfterSeconds !== undefined) throw tooManyTries(entered.retryAfterSeconds * 1000)
  throw new Refusal({ code: 'invalid-credentials' })
}
