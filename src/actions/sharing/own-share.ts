import { randomUUID } from 'node:crypto'
import { isActive, type OwnShare } from '../../sharing/share.ts'
import { findChatForChange, type StoredChat } from '../../storage/queries/chats.ts'
import {
  deleteShare as deleteStoredShare,
  findShareOfChat,
  findShareStatus,
  listSharesOf,
  replaceUuid,
  touchShare,
} from '../../storage/queries/shares.ts'
import { deleteRestorableShare } from '../../storage/queries/restorable.ts'
import { dropSnapshot } from '../../storage/queries/snapshots.ts'
import type { Queries } from '../../storage/store.ts'
import { getChat } from '../chats/chats.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { withSnapshot } from '../large-copies.ts'
import { checkQuota, countHourly } from '../quotas.ts'
import { Refusal } from '../refusal.ts'
import { unlessSecrets } from '../scanning/refuse-secrets.ts'
import { UNDO_MS } from '../undo-time.ts'

/** Which share of which chat of which user. */
export interface ShareAddress {
  readonly userId: number
  readonly chatId: number
  readonly shareId: number
}

/** The UUID of the chat's active share, or null. @throws Refusal when the chat isn't there */
export async function findActiveShare(
  context: Context,
  userId: number,
  chatId: number,
): Promise<string | null> {
  const status = await findShareStatus(context.store, userId, chatId)
  if (!status) throw new Refusal({ code: 'chat-not-found' })
  return status.share && isActive(status.share, context.now()) ? status.share.uuid : null
}

/** All of the user's links, with the views so far. */
export async function listShares(context: Context, userId: number): Promise<OwnShare[]> {
  await context.views.flush().catch((error: unknown) => {
    // A store that can't be written to can still be read; the views stay summed.
    if (!context.store.dialect.isUnavailable(error)) throw error
  })
  return listSharesOf(context.store.read, userId)
}

/** @throws Refusal when chat or share isn't there */
export async function getShare(context: Context, address: ShareAddress): Promise<OwnShare> {
  await getChat(context, address.userId, address.chatId)
  const share = await findShareOfChat(context.store.read, address.chatId)
  if (share?.id !== address.shareId) throw new Refusal({ code: 'share-not-found' })
  return share
}

/** Gives the share another UUID; the old link is dead at once. */
export async function rotateShare(context: Context, address: ShareAddress, by: Actor): Promise<OwnShare> {
  const { userId } = address
  return changeOwnShare(context, address, async (trx, share) => {
    const uuid = randomUUID()
    await replaceUuid(trx, share.id, uuid, context.now())
    const detail = `was ${share.uuid}`
    await record(context, trx, { userId, kind: 'share-rotated', by, shareUuid: uuid, detail })
  })
}

/** Freezes the chat as it is now. */
export async function updateSnapshot(context: Context, address: ShareAddress, by: Actor): Promise<OwnShare> {
  const { userId } = address
  await getShare(context, address)
  await countHourly(context, userId, 'snapshots')
  const updated = await withSnapshot(context, userId, address.chatId, (takeSnapshot) =>
    changeOwnShare(context, address, async (trx, share, chat) => {
      await dropSnapshot(trx, share.id, context.now())
      await checkQuota(context, trx, userId, { bytes: chat.contentBytes })
      await takeSnapshot(trx, share.id, chat, context.now())
      await touchShare(trx, share.id, context.now())
      await record(context, trx, { userId, kind: 'share-snapshot', by, shareUuid: share.uuid })
    }),
  )
  context.deletions.wake()
  return updated
}

/** The link is dead at once. @param mayBeUndone lets its owner have it back for a while */
export async function deleteShare(
  context: Context,
  address: ShareAddress,
  by: Actor,
  mayBeUndone = false,
): Promise<void> {
  const { userId } = address
  await context.store.transaction(async (trx) => {
    const { share } = await lockShare(context, trx, address)
    const now = context.now()
    if (mayBeUndone) await deleteRestorableShare(trx, share, { ownerId: userId, until: now + UNDO_MS }, now)
    else {
      await dropSnapshot(trx, share.id, now)
      await deleteStoredShare(trx, share.id)
    }
    await record(context, trx, { userId, kind: 'share-deleted', by, shareUuid: share.uuid })
  })
  context.deletions.wake()
}

/** Changes a share in a transaction and returns it as it is then. */
export async function changeOwnShare(
  context: Context,
  address: ShareAddress,
  change: (trx: Queries, share: OwnShare, chat: StoredChat) => Promise<void>,
): Promise<OwnShare> {
  await context.views.flush()
  return unlessSecrets(context, address.userId, (checkSecrets) =>
    context.store.transaction(async (trx) => {
      const { share, chat } = await lockShare(context, trx, address)
      await change(trx, share, chat)
      const changed = (await lockShare(context, trx, address)).share
      checkSecrets(share, changed, chat)
      return changed
    }),
  )
}

async function lockShare(
  context: Context,
  trx: Queries,
  { userId, chatId, shareId }: ShareAddress,
): Promise<{ share: OwnShare; chat: StoredChat }> {
  const chat = await findChatForChange(context.store, trx, userId, chatId)
  if (!chat) throw new Refusal({ code: 'chat-not-found' })
  const share = await findShareOfChat(trx, chatId)
  if (share?.id !== shareId) throw new Refusal({ code: 'share-not-found' })
  return { share, chat }
}
