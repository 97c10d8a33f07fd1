import { type UnverifiedEmailPolicy, verifiedEmail } from '../../accounts/verified-email.ts'
import type { MailOutbox } from '../../mail/mail-outbox.ts'
import type { Reads } from '../../reading/view-statistics.ts'
import {
  deleteFirstReadMail,
  insertFirstReadMail,
  listAwaited,
  markMailed,
} from '../../storage/queries/mail/first-read-mails.ts'
import { findUser } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { getOutbox } from '../mail.ts'
import { Refusal } from '../refusal.ts'

/** Whether an owner wants one mail when a link is read next. */
export interface FirstReadWish {
  readonly isWanted: boolean
  /** our own, for the mail */
  readonly origin: string
}

/** @throws Refusal where the server sends no mail, or the owner's own address isn't confirmed */
export async function wishFirstReadMail(
  context: Context,
  trx: Queries,
  ids: { readonly userId: number; readonly shareId: number },
  { isWanted, origin }: FirstReadWish,
): Promise<void> {
  if (!isWanted) return deleteFirstReadMail(trx, ids.shareId)
  getOutbox(context)
  const user = await findUser(trx, ids.userId)
  if (!user || !verifiedEmail(user, context.policy.unverifiedEmails)) {
    throw new Refusal({ code: 'email-unconfirmed' })
  }
  await insertFirstReadMail(trx, ids.shareId, origin)
}

const LOOKED_UP_AT_ONCE = 1000

/**
 * Mails owners who asked for it that a link was read: once, in the transaction that writes its views.
 *
 * @param reads by the links' ids
 * @returns whether the outbox has to be woken, once that is committed
 */
export async function mailFirstReads(
  { outbox, policy }: { readonly outbox: MailOutbox; readonly policy: UnverifiedEmailPolicy },
  trx: Queries,
  reads: ReadonlyMap<number, Reads>,
  now: number,
): Promise<boolean> {
  let hasMail = false
  const ids = [...reads.keys()]
  for (let from = 0; from < ids.length; from += LOOKED_UP_AT_ONCE) {
    const awaited = await listAwaited(trx, ids.slice(from, from + LOOKED_UP_AT_ONCE))
    for (const { shareId, chatId, origin, owner } of awaited) {
      if (!(await markMailed(trx, shareId, now))) continue
      const recipient = verifiedEmail(owner, policy)
      if (!recipient) continue
      const reader = reads.get(shareId)?.email
      const url = `${origin}/chats/${chatId}`
      await outbox.put(trx, recipient, { kind: 'first-read', origin, url, ...(reader ? { reader } : {}) })
      hasMail = true
    }
  }
  return hasMail
}
