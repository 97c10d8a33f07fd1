import { changeShare } from '../../sharing/change-share.ts'
import { MAX_WHITELIST_ENTRIES } from '../../sharing/limits.ts'
import type { Queries } from '../../storage/store.ts'
import { updateShare } from '../../storage/queries/shares.ts'
import { addEntries, deleteEntry, listEntries, type WhitelistEntry } from '../../storage/queries/whitelist.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { changeOwnShare, getShare, type ShareAddress } from './own-share.ts'
import { readListEntries } from '../read-input.ts'
import { invite } from './invite.ts'
import { invalidBody, Refusal } from '../refusal.ts'

export type { WhitelistEntry }

export async function listWhitelist(context: Context, address: ShareAddress): Promise<WhitelistEntry[]> {
  await getShare(context, address)
  return listEntries(context.store.read, address.shareId)
}

/**
 * Adds emails and `@domains`; those already there stay as they are. The first one protects the share.
 *
 * @param options.field that the emails came in; undefined for a bare array
 * @param options.inviteFrom our own origin, where those who are new get the link by mail
 * @returns the whole list
 */
export async function addToWhitelist(
  context: Context,
  address: ShareAddress,
  texts: readonly string[],
  options: {
    readonly field: 'emails' | undefined
    readonly by: Actor
    readonly inviteFrom?: string | undefined
  },
): Promise<WhitelistEntry[]> {
  const { field, by, inviteFrom } = options
  const emails = readListEntries(texts, field)
  let entries: WhitelistEntry[] = []
  await changeOwnShare(context, address, async (trx, share) => {
    const now = context.now()
    const before = new Set((await listEntries(trx, share.id)).map(({ email }) => email))
    await addEntries(trx, share.id, emails, now)
    entries = await listEntries(trx, share.id)
    if (entries.length > MAX_WHITELIST_ENTRIES) {
      throw invalidBody(field ?? [], `A whitelist holds at most ${MAX_WHITELIST_ENTRIES} emails.`)
    }
    const changed = changeShare(share, { emails: entries.map(({ email }) => email) }, now)
    if ('settings' in changed) await updateShare(trx, share.id, changed.settings, now)
    const added = emails.filter((email) => !before.has(email))
    if (added.length > 0)
      await recordChange(context, trx, address, { by, shareUuid: share.uuid, detail: `+${added.length}` })
    if (inviteFrom !== undefined)
      await invite(context, trx, share, added, { userId: address.userId, origin: inviteFrom })
  })
  if (inviteFrom !== undefined) context.outbox?.wake()
  return entries
}

/** Removing the last entry leaves the share protected: the owner's alone. */
export async function removeFromWhitelist(
  context: Context,
  address: ShareAddress,
  entryId: number,
  by: Actor,
): Promise<void> {
  await changeOwnShare(context, address, async (trx, share) => {
    if (!(await deleteEntry(trx, share.id, entryId))) throw new Refusal({ code: 'whitelist-entry-not-found' })
    await updateShare(trx, share.id, share, context.now())
    await recordChange(context, trx, address, { by, shareUuid: share.uuid, detail: '-1' })
  })
}

function recordChange(
  context: Context,
  trx: Queries,
  { userId }: ShareAddress,
  change: { readonly by: Actor; readonly shareUuid: string; readonly detail: string },
): Promise<void> {
  return record(context, trx, { userId, kind: 'whitelist-changed', ...change })
}
