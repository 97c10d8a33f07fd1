import { CODE_LIFETIME, type Mail } from '../../mail/mail.ts'
import { codeHash, newCode } from '../../secrets/email-code.ts'
import { CODE_LIMITS, NETWORK_MULTIPLES } from '../../sharing/limits.ts'
import { type CodeSubject, replaceCode } from '../../storage/queries/mail/email-codes.ts'
import { takeTries, takeTry, triesFrom } from '../../storage/queries/tries.ts'
import type { Context, Origin } from '../context.ts'
import { getOutbox } from '../mail.ts'

/** Who asks, as limits count them: taken from the request while that is there. */
export type Asker = Pick<Origin, 'address' | 'networks'>

export const askerOf = ({ address, networks }: Origin): Asker => ({ address, networks })

/** A code that somebody asked for. */
export interface AskedCode {
  readonly subject: CodeSubject
  readonly kind: Extract<Mail, { readonly code: string }>['kind']
  /** our own, for the mail */
  readonly origin: string
  /** whether the mail goes out; otherwise all else happens as if it did, and nobody knows the code */
  readonly isSent: boolean
  /** the share whose mails are counted too */
  readonly shareId?: number
}

/** Makes a code and mails it, within the limits; beyond them nothing happens. */
export async function sendCode(context: Context, asked: AskedCode, from: Asker): Promise<void> {
  const { store, now } = context
  const { subject, kind, origin, isSent, shareId } = asked
  const outbox = getOutbox(context)
  const counted = [
    ...triesFrom(from, CODE_LIMITS.perAddress, NETWORK_MULTIPLES, (network) => `codes asked from ${network}`),
    { subject: `codes to ${subject.email}`, ...CODE_LIMITS.perEmail },
  ]
  if (!(await takeTries(store, counted, now()))) return
  // Only what goes out counts here: nobody closes a share for others by asking for emails that it doesn't list.
  const ofShare = `codes of share ${shareId}`
  if (isSent && shareId !== undefined && !(await takeTry(store, ofShare, CODE_LIMITS.perShare, now()))) return

  const code = newCode()
  await store.smallTransaction(async (trx) => {
    const hash = codeHash(code, subject, store.secret)
    await replaceCode(trx, subject, { hash, expiresAt: now() + CODE_LIFETIME })
    if (isSent) await outbox.put(trx, subject.email, { kind, origin, code })
  })
  if (isSent) outbox.wake()
}
