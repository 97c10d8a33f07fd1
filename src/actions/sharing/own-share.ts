import { randomUUID } from 'node:crypto'
import { isActive, type OwnShare } from '../../sharing/share.ts'
import { findChatForChange, lockChats, type StoredChat } from '../../storage/queries/chats.ts'
import {
  countShares,
  findShare,
  findSharesOf,
  listSharesOf,
  listSharesPage as listStoredPage,
  type ShareFilter,
  type ShareOrder,
} from '../../storage/queries/lists/own-shares.ts'
import {
  type DayOfViews,
  listDays,
  listReaders,
  type ShareReader,
} from '../../storage/queries/lists/share-readers.ts'
import type { Page, PageEnd } from '../../storage/queries/lists/pages.ts'
import {
  deleteShares as deleteStoredShares,
  findShareStatuses,
  pauseShares as pauseStoredShares,
  replaceUuid,
} from '../../storage/queries/shares.ts'
import { deleteRestorableShare } from '../../storage/queries/restorable.ts'
import { dropSnapshot } from '../../storage/queries/snapshots.ts'
import { lookForFilesSoon } from '../../storage/queries/unnamed-files.ts'
import type { Queries } from '../../storage/store.ts'
import { getChat } from '../chats/chats.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { type Match, matchesOf, search } from '../lists/search.ts'
import { Refusal } from '../refusal.ts'
import { unlessSecrets } from '../scanning/refuse-secrets.ts'
import { UNDO_MS } from '../undo-time.ts'

/** Which share of which chat of which user. */
export interface ShareAddress {
  readonly userId: number
  readonly chatId: number
  readonly shareId: number
}

/**
 * The UUID of the chat's main link if that is active, else of the oldest active one, or null.
 *
 * @throws Refusal when the chat isn't there
 */
export async function findActiveShare(
  context: Context,
  userId: number,
  chatId: number,
): Promise<string | null> {
  const statuses = await findShareStatuses(context.store, userId, chatId)
  if (!statuses) throw new Refusal({ code: 'chat-not-found' })
  const now = context.now()
  const active = statuses.filter((share) => isActive(share, now))
  const [first] = active.toSorted((a, b) => Number(b.isMain) - Number(a.isMain) || a.id - b.id)
  return first?.uuid ?? null
}

/** All of the user's links, with the views so far. */
export async function listShares(context: Context, userId: number): Promise<OwnShare[]> {
  await writeViews(context)
  return listSharesOf(context.store.read, userId)
}

/** A page of the user's links, and how many there are in all. */
export async function listSharesPage(
  context: Context,
  userId: number,
  wanted: Omit<ShareFilter, 'hits' | 'text' | 'now'> & {
    readonly text: string | undefined
    readonly order: ShareOrder
  },
  page: Page,
): Promise<{ shares: (OwnShare & { readonly match?: Match })[]; last: PageEnd; total: number }> {
  const { text = '', order, ...rest } = wanted
  await writeViews(context)
  const hits = await search(context, userId, text)
  const filter = { ...rest, hits, text, now: context.now() }
  const { read } = context.store
  const { shares, last } = await listStoredPage(read, userId, filter, order, page)
  const total = await countShares(read, userId, filter)
  if (hits === undefined) return { shares, last, total }
  const matches = await matchesOf(
    context,
    shares.map(({ chatId, chatName: name, foundAt }) => ({ chatId, name, foundAt })),
    text,
  )
  const found = shares.map((share, index) => {
    const match = matches[index]
    return match ? { ...share, match } : share
  })
  return { shares: found, last, total }
}

async function writeViews({ views, store }: Context): Promise<void> {
  await views.flush().catch((error: unknown) => {
    // A store that can't be written to can still be read; the views stay summed.
    if (!store.dialect.isUnavailable(error)) throw error
  })
}

/** @throws Refusal when chat or share isn't there */
export async function getShare(context: Context, address: ShareAddress): Promise<OwnShare> {
  await getChat(context, address.userId, address.chatId)
  const share = await findShare(context.store.read, address.chatId, address.shareId)
  if (!share) throw new Refusal({ code: 'share-not-found' })
  return share
}

const MOST_READERS = 1000

/** Who read a share, the latest first, and how often on which day, for a year. */
export async function listShareReaders(
  context: Context,
  address: ShareAddress,
): Promise<{ days: DayOfViews[]; readers: ShareReader[] }> {
  await getShare(context, address)
  await writeViews(context)
  const { read } = context.store
  return {
    days: await listDays(read, address.shareId),
    readers: await listReaders(read, address.shareId, MOST_READERS),
  }
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
    else await removeShares(trx, userId, [share], now)
    await record(context, trx, { userId, kind: 'share-deleted', by, shareUuid: share.uuid })
  })
  context.deletions.wake()
}

/** Pauses several links or opens them again, all or none. @throws Refusal when one of them isn't there */
export async function pauseShares(
  context: Context,
  userId: number,
  shareIds: readonly number[],
  isShared: boolean,
  by: Actor,
): Promise<OwnShare[]> {
  await context.views.flush()
  return context.store.transaction(async (trx) => {
    const shares = await lockShares(context, trx, userId, shareIds)
    const ids = shares.map(({ id }) => id)
    await pauseStoredShares(trx, ids, isShared, context.now())
    const kind = isShared ? 'share-resumed' : 'share-paused'
    for (const share of shares) {
      if (share.isShared !== isShared) await record(context, trx, { userId, kind, by, shareUuid: share.uuid })
    }
    return findSharesOf(trx, userId, ids)
  })
}

/** Deletes several links, all or none. @throws Refusal when one of them isn't there */
export async function deleteShares(
  context: Context,
  userId: number,
  shareIds: readonly number[],
  by: Actor,
  mayBeUndone = false,
): Promise<void> {
  await context.store.transaction(async (trx) => {
    const shares = await lockShares(context, trx, userId, shareIds)
    const now = context.now()
    if (mayBeUndone) {
      const restorable = { ownerId: userId, until: now + UNDO_MS }
      for (const share of shares) await deleteRestorableShare(trx, share, restorable, now)
    } else await removeShares(trx, userId, shares, now)
    for (const { uuid: shareUuid } of shares) {
      await record(context, trx, { userId, kind: 'share-deleted', by, shareUuid })
    }
  })
  context.deletions.wake()
}

/** Removes links for good; their snapshots, which may be large, a little at a time. */
async function removeShares(
  trx: Queries,
  userId: number,
  shares: readonly OwnShare[],
  now: number,
): Promise<void> {
  for (const { id } of shares) await dropSnapshot(trx, id, now)
  await deleteStoredShares(
    trx,
    shares.map(({ id }) => id),
  )
  await lookForFilesSoon(trx, userId, now)
}

/** Several links, kept from other changes as each of them is by itself: by its chat. */
async function lockShares(
  { store }: Context,
  trx: Queries,
  userId: number,
  shareIds: readonly number[],
): Promise<OwnShare[]> {
  const ids = [...new Set(shareIds)]
  const found = await findSharesOf(trx, userId, ids)
  if (found.length === 0) throw new Refusal({ code: 'share-not-found' })
  await lockChats(store, trx, [...new Set(found.map(({ chatId }) => chatId))])
  const shares = await findSharesOf(trx, userId, ids)
  if (shares.length < ids.length) throw new Refusal({ code: 'share-not-found' })
  return shares
}

/**
 * Changes a share in a transaction and returns it as it is then.
 *
 * @param options.isScanned what others are to see was scanned for secrets already
 */
export async function changeOwnShare(
  context: Context,
  address: ShareAddress,
  change: (trx: Queries, share: OwnShare, chat: StoredChat) => Promise<void>,
  { isScanned = false }: { readonly isScanned?: boolean } = {},
): Promise<OwnShare> {
  await context.views.flush()
  return unlessSecrets(context, address.userId, (checkSecrets) =>
    context.store.transaction(async (trx) => {
      const { share, chat } = await lockShare(context, trx, address)
      await change(trx, share, chat)
      const changed = (await lockShare(context, trx, address)).share
      if (!isScanned) checkSecrets(share, changed, chat)
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
  const share = await findShare(trx, chatId, shareId)
  if (!share) throw new Refusal({ code: 'share-not-found' })
  return { share, chat }
}
