import { findUserByEmail } from '../../storage/queries/users.ts'
import { askerOf, sendCode } from '../codes/send-code.ts'
import { enterCode } from '../codes/enter-code.ts'
import type { Context, Origin } from '../context.ts'
import { actorWith } from '../events.ts'
import { getOutbox } from '../mail.ts'
import { readEmail } from '../read-input.ts'
import { Refusal } from '../refusal.ts'
import { tooManyTries } from './check-login.ts'
import { findProvedAccount } from './find-proved-account.ts'
import { startSession, type StartedSession } from './start-session.ts'

const PURPOSE = 'sign-in'

/**
 * Mails a code to sign in with, if an account has the email. It does so after the answer, which tells nothing.
 *
 * @param origin our own, for the mail
 */
export function askToSignIn(context: Context, text: string, origin: string, from: Origin): void {
  getOutbox(context)
  const email = readEmail(text)
  const asker = askerOf(from)
  context.background.later(asker.address, async () => {
    const isSent = (await findUserByEmail(context.store.read, email)) !== undefined
    const subject = { purpose: PURPOSE, email }
    await sendCode(context, { subject, kind: 'sign-in-code', origin, isSent }, asker)
  })
}

/**
 * Signs in with a code; the account's email is verified from then on, and the account the prover's.
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
  const entered = await enterCode(context, { purpose: PURPOSE, email }, input.code, from, async (trx) => {
    const owned = await findProvedAccount(context, trx, email, actorWith(undefined, from.client))
    if (!owned) throw new Refusal({ code: 'invalid-credentials' })
    return startSession(context, trx, owned, presentedHash, from, 'signed-in', { isOfEmail: true })
  })
  if (entered.isRight) return entered.value
  if (entered.retryAfterSeconds !== undefined) throw tooManyTries(entered.retryAfterSeconds * 1000)
  throw new Refusal({ code: 'invalid-credentials' })
}
