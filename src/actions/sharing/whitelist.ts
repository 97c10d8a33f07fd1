import { changeShare } from '../../sharing/change-share.ts'
import { MAX_WHITELIST_ENTRIES } from '../../sharing/limits.ts'
import { updateShare } from '../../storage/queries/shares.ts'
import { addEntries, deleteEntry, listEntries, type WhitelistEntry } from '../../storage/queries/whitelist.ts'
import type { Context } from '../context.ts'
import { changeOwnShare, getShare, type ShareAddress } from './own-share.ts'
import { readEmails } from '../read-input.ts'
import { invalidBody, Refusal } from '../refusal.ts'

export type { WhitelistEntry }

export async function listWhitelist(context: Context, address: ShareAddress): Promise<WhitelistEntry[]> {
  await getShare(context, address)
  return listEntries(context.store.read, address.shareId)
}

/**
 * Adds emails; those already there stay as they are. The first one protects the share.
 *
 * @param field that the emails came in; undefined for a bare array
 * @returns the whole list
 */
export async function addToWhitelist(
  context: Context,
  address: ShareAddress,
  texts: readonly string[],
  field: 'emails' | undefined,
): Promise<WhitelistEntry[]> {
  const emails = readEmails(texts, field)
  let entries: WhitelistEntry[] = []
  await changeOwnShare(context, address, async (trx, share) => {
    const now = context.now()
    await addEntries(trx, share.id, emails, now)
    entries = await listEntries(trx, share.id)
    if (entries.length > MAX_WHITELIST_ENTRIES) {
      throw invalidBody(field ?? [], `A whitelist holds at most ${MAX_WHITELIST_ENTRIES} emails.`)
    }
    const changed = changeShare(share, { emails: entries.map(({ email }) => email) }, now)
    if ('settings' in changed) await updateShare(trx, share.id, changed.settings, now)
  })
  return entries
}

/** Removing the last entry leaves the share protected: the owner's alone. */
export async function removeFromWhitelist(
  context: Context,
  address: ShareAddress,
  entryId: number,
): Promise<void> {
  await changeOwnShare(context, address, async (trx, share) => {
    if (!(await deleteEntry(trx, share.id, entryId))) throw new Refusal({ code: 'whitelist-entry-not-found' })
    await updateShare(trx, share.id, share, context.now())
  })
}
