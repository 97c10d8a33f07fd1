import type { OwnShare } from '../sharing/share.ts'
import { findChatForChange } from '../storage/queries/chats.ts'
import {
  findRestorableShare,
  giveShareBack,
  restoreChats as restoreStoredChats,
} from '../storage/queries/restorable.ts'
import { findShare } from '../storage/queries/lists/own-shares.ts'
import { listUuidsOf } from '../storage/queries/shares.ts'
import type { Context } from './context.ts'
import { type Actor, record } from './events.ts'
import { checkQuota } from './quotas.ts'
import { Refusal } from './refusal.ts'
import { unlessSecrets } from './scanning/refuse-secrets.ts'
import type { ShareAddress } from './sharing/own-share.ts'

const RESTORED = 'restored'

/** Takes the deletion of chats back, with their links: all, or none when one of them is gone for good. */
export async function restoreChats(
  context: Context,
  userId: number,
  chatIds: readonly number[],
  by: Actor,
): Promise<void> {
  const ids = [...new Set(chatIds)]
  await context.store.transaction(async (trx) => {
    await checkQuota(context, trx, userId, { chats: ids.length })
    const bytes = await restoreStoredChats(context.store, trx, userId, ids, context.now())
    if (bytes === undefined) throw new Refusal({ code: 'chat-not-found' })
    for (const shareUuid of await listUuidsOf(trx, userId, ids)) {
      await record(context, trx, { userId, kind: 'share-created', by, shareUuid, detail: RESTORED })
    }
  })
}

/** Takes the deletion of a link back: it opens again for whom it did. */
export async function restoreShare(context: Context, address: ShareAddress, by: Actor): Promise<OwnShare> {
  const { userId, chatId, shareId } = address
  const gone = { id: shareId, chatId }
  return unlessSecrets(context, userId, (checkSecrets) =>
    context.store.transaction(async (trx) => {
      const chat = await findChatForChange(context.store, trx, userId, chatId)
      if (!chat) throw new Refusal({ code: 'chat-not-found' })
      const nobody = await findRestorableShare(context.store, trx, userId, gone, context.now())
      if (nobody === undefined) throw new Refusal({ code: 'share-not-found' })
      await giveShareBack(trx, nobody, gone, context.now()).catch((error: unknown) => {
        // Another link has its label by now.
        throw context.store.dialect.isUniqueViolation(error) ? new Refusal({ code: 'share-replaced' }) : error
      })
      const share = await findShare(trx, chatId, shareId)
      if (!share) throw new Refusal({ code: 'share-not-found' })
      // It was closed, and its chat may have got a secret since.
      checkSecrets({ ...share, isShared: false }, share, chat)
      const { uuid: shareUuid } = share
      await record(context, trx, { userId, kind: 'share-created', by, shareUuid, detail: RESTORED })
      return share
    }),
  )
}
