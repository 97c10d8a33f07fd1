import { setTimeout as sleep } from 'node:timers/promises'
import { type StoredChat } from '../storage/queries/chats.ts'
import {
  beginHiddenCopy,
  copySome,
  endHiddenCopy,
  type HiddenCopy,
  type MessagesOf,
} from '../storage/queries/hidden-copies.ts'
import { adoptSnapshot, takeSnapshot } from '../storage/queries/snapshots.ts'
import type { Queries, Store } from '../storage/store.ts'
import type { Context } from './context.ts'
import { getChat } from './chats/chats.ts'
import { inTurn } from './in-turn.ts'

// What is smaller is copied in one transaction, in a few milliseconds.
const LARGE_BYTES = 1024 * 1024
const LARGE_MESSAGES = 2000
const MOST_ATTEMPTS = 3
const SHORTEST_PAUSE_MS = 2

/** Copies all messages, a little at a time. */
export type CopyAll = (store: Store, from: MessagesOf, to: MessagesOf) => Promise<void>

/** Whoever else uses the store has at least as much time as this. */
export async function copyAllHere(store: Store, from: MessagesOf, to: MessagesOf): Promise<void> {
  let after: number | undefined = 0
  while (after !== undefined) {
    const began = performance.now()
    after = await copySome(store, from, to, after)
    await sleep(Math.max(SHORTEST_PAUSE_MS, performance.now() - began))
  }
}

export function isLarge({
  bytes,
  messages = 0,
}: {
  readonly bytes: number
  readonly messages?: number
}): boolean {
  return bytes >= LARGE_BYTES || messages >= LARGE_MESSAGES
}

/**
 * Copies messages where nobody sees them, and lets the work take them over in a small transaction; what it doesn't take
 * over is removed. Nobody waits for a large copy, and one that is broken off leaves nothing.
 *
 * @throws Refusal when many others are being made and none ended within a minute
 */
export async function withHiddenCopy<T>(
  { store, now, copyAll, deletions }: Context,
  from: MessagesOf,
  kind: MessagesOf['kind'],
  work: (copy: HiddenCopy) => Promise<T>,
): Promise<T> {
  const copy = await store.transaction((trx) => beginHiddenCopy(trx, kind, now()))
  try {
    await copyAll(store, from, copy.to)
    return await work(copy)
  } finally {
    await store.smallTransaction((trx) => endHiddenCopy(trx, copy, now()))
    deletions.wake()
  }
}

/** Freezes a chat for a share, in the transaction that it is given. */
export type TakeSnapshot = (trx: Queries, shareId: number, chat: StoredChat, now: number) => Promise<void>

/** Thrown when a chat was changed while it was copied. */
class CopyIsStale extends Error {
  override readonly name = 'CopyIsStale'
}

/**
 * Does what freezes a chat, with its messages copied before if they are many. A chat that changes again and again is
 * copied in the transaction itself.
 */
export async function withSnapshot<T>(
  context: Context,
  userId: number,
  chatId: number,
  work: (take: TakeSnapshot) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const { revision, contentBytes: bytes, messageCount: messages } = await getChat(context, userId, chatId)
    if (!isLarge({ bytes, messages })) break
    const takeCopy =
      ({ to }: HiddenCopy): TakeSnapshot =>
      async (trx, shareId, chat, now) => {
        if (chat.revision !== revision) throw new CopyIsStale()
        await adoptSnapshot(trx, to.id, shareId, chat, now)
      }
    try {
      return await inTurn(context.copyTurns, userId, undefined, () =>
        withHiddenCopy(context, { kind: 'chat', id: chatId }, 'snapshot', (copy) => work(takeCopy(copy))),
      )
    } catch (error) {
      if (!(error instanceof CopyIsStale)) throw error
    }
  }
  return work(takeSnapshot)
}
