import { isDomainEntry } from '../../accounts/email.ts'
import { INVITATIONS_A_DAY, wholeSeconds } from '../../sharing/limits.ts'
import { countInvitations, insertInvitations } from '../../storage/queries/mail/invitations.ts'
import { findUserForChange } from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { getOutbox } from '../mail.ts'
import { Refusal } from '../refusal.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Mails a share's link to those who were added to its list, each once, in the same transaction. Call the outbox's `wake`
 * once that is committed. A domain has no mailbox and gets none.
 *
 * @param added entries that weren't on the list before
 * @param origin our own, for the link
 * @throws Refusal when the owner's own address, which the mail names, isn't confirmed; or beyond what a day admits
 */
export async function invite(
  context: Context,
  trx: Queries,
  share: { readonly id: number; readonly uuid: string },
  added: readonly string[],
  { userId, origin }: { readonly userId: number; readonly origin: string },
): Promise<void> {
  const outbox = getOutbox(context)
  const addresses = added.filter((entry) => !isDomainEntry(entry))
  // Locked: what an owner does side by side is counted one after the other.
  const user = await findUserForChange(context.store, trx, userId)
  // Whatever lists count: a mail that names somebody comes from nobody else.
  if (!user?.isVerified) throw new Refusal({ code: 'email-unconfirmed' })
  const owner = user.email
  if (addresses.length === 0) return

  const now = context.now()
  const fresh = await insertInvitations(trx, { shareId: share.id, userId }, addresses, now)
  const { count, first } = await countInvitations(trx, userId, now - DAY_MS)
  if (count > INVITATIONS_A_DAY) {
    const left = Math.max(0, INVITATIONS_A_DAY - (count - fresh.length))
    throw new Refusal({
      code: 'too-often',
      message: `You may invite ${INVITATIONS_A_DAY} addresses by mail a day; ${left} are left. Nothing was changed: add fewer, or add them without mail.`,
      retryAfterSeconds: wholeSeconds(first + DAY_MS - now),
    })
  }
  const url = `${origin}/shared/chats/${share.uuid}`
  for (const email of fresh) await outbox.put(trx, email, { kind: 'invitation', origin, owner, url })
}
