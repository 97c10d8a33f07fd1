import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileIdsIn } from '../../chats/file-references.ts'
import type { Message } from '../../chats/message.ts'
import { howItContinues } from '../../importing/continues.ts'
import type { ImportedChat, ImportedMessage } from '../../importing/imported-chat.ts'
import { isContentKey } from '../../importing/source-key.ts'
import {
  describeChat,
  findChat,
  findChatForChange,
  insertChat,
  raiseRevision,
  type StoredChat,
} from '../../storage/queries/chats.ts'
import { deleteMessagesAfter } from '../../storage/queries/deletions.ts'
import {
  findImportSourceForChange,
  findImportSourceOfChat,
  findImportSources,
  type ImportSource,
  insertImportSource,
  updateImportSource,
} from '../../storage/queries/import-sources.ts'
import { appendMessages, listMessages, type NewMessage } from '../../storage/queries/messages.ts'
import { lookForFiles } from '../../storage/queries/unnamed-files.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { checkQuota } from '../quotas.ts'
import { Refusal } from '../refusal.ts'
import { UNDO_MS } from '../undo-time.ts'

/**
 * - `new`: a chat was made of it
 * - `updated`: its chat grew, or was brought to what the source holds now
 * - `unchanged`: its chat has all of it already
 * - `edited`: the owner changed its chat after it came in, so it was left as it is
 * - `secrets`: there are secrets in it and none were wanted, so nothing of it was stored
 */
export type ImportOutcome = 'new' | 'updated' | 'unchanged' | 'edited' | 'secrets'

export interface SavedImport {
  readonly outcome: ImportOutcome
  /** the conversation's chat; none for a new one that is only planned */
  readonly chatId: number | undefined
  /** there when it was made just now */
  readonly newChat?: StoredChat
}

/** How a conversation goes into the chat that it became when it came in before. */
export interface ImportManner {
  /**
   * - `add`: what is new comes in, and a file that holds less takes nothing away
   * - `mirror`: the chat becomes what the file holds, also where that is less
   * - `overwrite`: the same, also where the owner changed the chat here
   */
  readonly mode: 'add' | 'mirror' | 'overwrite'
  /** the chat that a conversation without an id belongs to, by somebody who knows where the file came from */
  readonly chatId: number | undefined
}

/** What to do with a conversation. */
type Plan =
  | { readonly outcome: 'new'; readonly sourceKey: string }
  | { readonly outcome: 'unchanged' | 'edited'; readonly chatId: number }
  | {
      readonly outcome: 'updated'
      readonly source: ImportSource
      readonly chat: StoredChat
      /** undefined where only the name changed */
      readonly stored: readonly Message[] | undefined
    }

/** A conversation with what recognises its content. */
interface Incoming {
  readonly chat: ImportedChat
  readonly digest: string
  readonly mode: ImportManner['mode']
  /** whether its key tells it from all others, which a key made from content doesn't by itself */
  readonly isKeyCertain: boolean
}

/** How a plan is made: on what is stored, kept from other writers if the plan is to be carried out. */
interface Look {
  readonly db: Queries
  source(userId: number, sourceKey: string): Promise<ImportSource | undefined>
  chat(userId: number, chatId: number): Promise<StoredChat | undefined>
}

function lookToChange({ store }: Context, trx: Queries): Look {
  return {
    db: trx,
    source: (userId, sourceKey) => findImportSourceForChange(store, trx, userId, sourceKey),
    chat: (userId, chatId) => findChatForChange(store, trx, userId, chatId),
  }
}

function lookOnly({ store: { read } }: Context): Look {
  return {
    db: read,
    source: async (userId, sourceKey) => (await findImportSources(read, userId, [sourceKey]))[0],
    chat: (userId, chatId) => findChat(read, userId, chatId),
  }
}

/**
 * Stores a conversation that came in, in a transaction of its own: as a new chat, or into the chat that it became
 * when it came in before. That chat then gets what is new; where earlier messages differ it gets the contents as
 * they are in the source now. Unless the manner says otherwise, nothing is taken away by a file that holds less, and a
 * chat whose messages the owner changed here is left alone.
 */
export async function saveImportedChat(
  context: Context,
  userId: number,
  chat: ImportedChat,
  manner: ImportManner,
): Promise<SavedImport> {
  const incoming = await recognise(context, userId, chat, manner)
  const known = await findUnchanged(context.store.read, userId, incoming)
  if (known) return known
  for (let tries = 1; ; tries++) {
    try {
      return await context.store.transaction(async (trx) =>
        carryOut(context, trx, userId, incoming, await plan(lookToChange(context, trx), userId, incoming)),
      )
    } catch (error) {
      if (context.store.dialect.isForeignKeyViolation(error)) throw new Refusal({ code: 'user-not-found' })
      // The same conversation came in by another import in this moment: now it is known.
      if (tries === 3 || !context.store.dialect.isUniqueViolation(error)) throw error
    }
  }
}

/** What {@link saveImportedChat} would do. */
export async function previewImportedChat(
  context: Context,
  userId: number,
  chat: ImportedChat,
  manner: ImportManner,
): Promise<SavedImport> {
  const incoming = await recognise(context, userId, chat, manner)
  const known = await findUnchanged(context.store.read, userId, incoming)
  if (known) return known
  const planned = await plan(lookOnly(context), userId, incoming)
  return { outcome: planned.outcome, chatId: chatIdOf(planned) }
}

/** A chat that is gone, or came from another kind of source, is no place for the conversation, whatever was said. */
async function recognise(
  { store }: Context,
  userId: number,
  chat: ImportedChat,
  { mode, chatId }: ImportManner,
): Promise<Incoming> {
  const digest = await digestOf(chat.messages)
  const isCertain = !isContentKey(chat.sourceKey)
  const source =
    isCertain || chatId === undefined ? undefined : await findImportSourceOfChat(store.read, userId, chatId)
  if (source === undefined || kindOf(source.sourceKey) !== kindOf(chat.sourceKey)) {
    return { chat, digest, mode, isKeyCertain: isCertain }
  }
  return { chat: { ...chat, sourceKey: source.sourceKey }, digest, mode, isKeyCertain: true }
}

function kindOf(sourceKey: string): string | undefined {
  return sourceKey.split(':')[0]
}

function chatIdOf(planned: Plan): number | undefined {
  if (planned.outcome === 'new') return undefined
  return planned.outcome === 'updated' ? planned.chat.id : planned.chatId
}

/** Most of a file that is imported again is what it was: that takes one query and no lock. */
async function findUnchanged(
  db: Queries,
  userId: number,
  { chat, digest, mode }: Incoming,
): Promise<SavedImport | undefined> {
  if (mode === 'overwrite') return undefined
  const [source] = await findImportSources(db, userId, [chat.sourceKey])
  if (source?.messagesDigest !== digest || source.name !== chat.name) return undefined
  return { outcome: 'unchanged', chatId: source.chatId }
}

async function plan(look: Look, userId: number, incoming: Incoming): Promise<Plan> {
  const { sourceKey } = incoming.chat
  const source = await look.source(userId, sourceKey)
  const planned = source && (await planFor(look, source, incoming))
  if (planned) return planned
  if (!source) return { outcome: 'new', sourceKey }
  return planAmongAlike(look, userId, incoming)
}

/**
 * What to do with the chat that has the conversation's key.
 *
 * @returns undefined when it turns out to be another conversation, which a key made from content may hide
 */
async function planFor(look: Look, source: ImportSource, incoming: Incoming): Promise<Plan | undefined> {
  const { chat, digest, mode } = incoming
  const stored = await look.chat(source.userId, source.chatId)
  if (!stored) return { outcome: 'new', sourceKey: source.sourceKey }
  const isSame = source.messagesDigest === digest
  if (isSame && mode !== 'overwrite') return planName(source, stored, chat)
  const isCertain = incoming.isKeyCertain || isSame
  if (!isCertain && isUnrelated(stored, chat)) return undefined
  const messages = await listMessages(look.db, stored.id)
  const isEdited = (await digestOf(messages)) !== source.messagesDigest
  if (isEdited && mode !== 'overwrite') return { outcome: 'edited', chatId: stored.id }
  if (isSame && !isEdited) return planName(source, stored, chat)
  if (howItContinues(messages, chat.messages) === 'different') {
    const holdsLess = howItContinues(chat.messages, messages) !== 'different'
    if (holdsLess && mode === 'add') return { outcome: 'unchanged', chatId: stored.id }
    if (!isCertain) return undefined
  }
  return { outcome: 'updated', source, chat: stored, stored: messages }
}

/** What is to do where the messages are what they were. */
function planName(source: ImportSource, stored: StoredChat, chat: ImportedChat): Plan {
  const isRenamed = chat.name !== source.name && stored.name === source.name
  if (isRenamed) return { outcome: 'updated', source, chat: stored, stored: undefined }
  return { outcome: 'unchanged', chatId: stored.id }
}

/**
 * Whether neither can be the beginning of the other, as their sizes tell: reading and comparing every conversation
 * that begins alike would take ever longer.
 */
function isUnrelated(stored: StoredChat, { messages }: ImportedChat): boolean {
  const bytes = bytesOf(messages)
  const mayGrow = stored.messageCount <= messages.length && stored.contentBytes <= bytes
  const mayHoldMore = stored.messageCount >= messages.length && stored.contentBytes >= bytes
  return !mayGrow && !mayHoldMore
}

const KEYS_AT_ONCE = 50
const MOST_CHARS_IN_TURN = 2 * 1024 * 1024

/** Conversations of other content whose keys are the same but for a number, until one fits or a number is free. */
async function planAmongAlike(look: Look, userId: number, incoming: Incoming): Promise<Plan> {
  const base = incoming.chat.sourceKey.replace(/-\d+$/, '')
  for (let first = 1; ; first += KEYS_AT_ONCE) {
    const keys = Array.from({ length: KEYS_AT_ONCE }, (_, index) =>
      first + index === 1 ? base : `${base}-${first + index}`,
    )
    const sources = await findImportSources(look.db, userId, keys)
    for (const key of keys) {
      const source = sources.find(({ sourceKey }) => sourceKey === key)
      if (!source) return { outcome: 'new', sourceKey: key }
      const planned = await planFor(look, source, incoming)
      if (planned && planned.outcome !== 'edited') return planned
    }
  }
}

async function carryOut(
  context: Context,
  trx: Queries,
  userId: number,
  incoming: Incoming,
  planned: Plan,
): Promise<SavedImport> {
  if (planned.outcome === 'new') {
    const newChat = await storeNew(context, trx, userId, incoming, planned.sourceKey)
    return { outcome: 'new', chatId: newChat.id, newChat }
  }
  if (planned.outcome === 'updated') await update(context, trx, incoming, planned)
  return { outcome: planned.outcome, chatId: chatIdOf(planned) }
}

async function storeNew(
  context: Context,
  trx: Queries,
  userId: number,
  { chat, digest }: Incoming,
  sourceKey: string,
): Promise<StoredChat> {
  const now = context.now()
  const { name, model } = chat
  await checkQuota(context, trx, userId, { chats: 1, bytes: bytesOf(chat.messages) })
  const inserted = await insertChat(trx, { userId, name, model, createdAt: chat.createdAt ?? now })
  const rows = withTimes(chat, now)
  await appendMessages(trx, inserted.id, 0, rows)
  const change = { messages: rows.length, bytes: bytesOf(rows), lastPosition: rows.length }
  const updatedAt = lastChangeOf(chat) ?? now
  await raiseRevision(trx, inserted.id, change, updatedAt)
  await insertImportSource(trx, { userId, sourceKey, chatId: inserted.id, name, messagesDigest: digest }, now)
  return { ...inserted, updatedAt }
}

async function update(
  context: Context,
  trx: Queries,
  { chat, digest }: Incoming,
  { source, chat: before, stored }: Plan & { outcome: 'updated' },
): Promise<void> {
  const now = context.now()
  let change: Parameters<typeof raiseRevision>[2] = { messages: 0, bytes: 0 }
  if (stored) {
    // What both begin with keeps its ids.
    const kept = countAlike(stored, chat.messages)
    await deleteMessagesAfter(trx, before.id, stored[kept - 1]?.id)
    const rows = withTimes(chat, now).slice(kept)
    await appendMessages(trx, before.id, before.lastPosition, rows)
    const named = stored.slice(kept).flatMap(({ content }) => fileIdsIn(content))
    await lookForFiles(trx, source.userId, [...new Set(named)], now + UNDO_MS)
    change = {
      messages: chat.messages.length - stored.length,
      bytes: bytesOf(rows) - bytesOf(stored.slice(kept)),
      lastPosition: before.lastPosition + rows.length,
    }
    if (change.bytes > 0) await checkQuota(context, trx, source.userId, { bytes: change.bytes })
  }
  // A name that the owner gave stays.
  const name = before.name === source.name ? chat.name : before.name
  await describeChat(trx, before.id, { name, model: chat.model })
  await raiseRevision(trx, before.id, change, lastChangeOf(chat) ?? now)
  await updateImportSource(trx, source, { name: chat.name, messagesDigest: digest }, now)
}

/** Messages that don't say when they were written are as old as the one before them. */
function withTimes(chat: ImportedChat, now: number): NewMessage[] {
  let last = chat.createdAt ?? now
  return chat.messages.map(({ role, content, createdAt, updatedAt }) => {
    last = createdAt ?? last
    return { role, content, createdAt: last, updatedAt: updatedAt ?? last }
  })
}

/** When a conversation changed last, as far as it tells. */
export function lastChangeOf(chat: ImportedChat): number | undefined {
  if (chat.updatedAt !== undefined) return chat.updatedAt
  let last = chat.createdAt
  for (const { createdAt, updatedAt } of chat.messages) {
    for (const time of [createdAt, updatedAt]) {
      if (time !== undefined && (last === undefined || time > last)) last = time
    }
  }
  return last
}

function countAlike(stored: readonly Message[], imported: readonly ImportedMessage[]): number {
  const differs = stored.findIndex(
    ({ role, content }, index) => imported[index]?.role !== role || imported[index]?.content !== content,
  )
  return differs === -1 ? stored.length : differs
}

function bytesOf(messages: readonly { readonly content: string }[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
}

/** Tells contents apart; each part is preceded by its length, so that no two contents read the same. */
async function digestOf(
  messages: readonly { readonly role: string; readonly content: string }[],
): Promise<string> {
  const digest = createHash('sha256')
  let charsInTurn = 0
  for (const { role, content } of messages) {
    digest.update(`${role} ${Buffer.byteLength(content)} `).update(content)
    charsInTurn += content.length
    if (charsInTurn < MOST_CHARS_IN_TURN) continue
    // Others have their turn between some megabytes.
    charsInTurn = 0
    await nextTurn()
  }
  return digest.digest('base64url')
}
