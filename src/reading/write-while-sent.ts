import { randomBytes } from 'node:crypto'
import type { Message } from '../chats/message.ts'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { outlineMessages } from '../storage/queries/messages.ts'
import type { Store } from '../storage/store.ts'
import {
  type ChatFormat,
  type ChatInBatches,
  type MessageBatch,
  outlineOf,
  type ReadableChat,
  type WriteFor,
} from './chat-format.ts'
import { type Body, etagOf } from './kept-bodies.ts'
import type { ReadSource } from './open-share.ts'
import { readChatInBatches, readFacts, type ReadingStore } from './read-chat.ts'

/** A message of a mebibyte, as text and as what is made of it. */
const WINDOW_BYTES = 4 * 1024 * 1024
/** What a message takes besides its text. */
const MESSAGE_BYTES = 160
const MESSAGES_AT_ONCE = 64

/**
 * Writes a large chat while it is sent, a few messages at a time, as its reader takes them: never more of it is in memory
 * than its texts. These are read before, where there is room, so that a change in the middle doesn't break it off.
 *
 * Nobody keeps the bytes, and they have another tag each time: what there was no time for may be in them the next time.
 *
 * @throws SourceChanged when it is no longer what was decided about; TooMuchUnderWay when too many are being sent
 */
export async function writeWhileSent(
  {
    store,
    sending,
  }: { readonly store: ReadingStore & Pick<Store, 'secret'>; readonly sending: SendingBudget },
  source: BodySource,
  wanted: { readonly format: ChatFormat; readonly surroundings: unknown; readonly isHead: boolean },
  asked: WriteFor & { readonly asker: string },
  read?: ReadSource,
): Promise<Body> {
  const etag = etagOf(store, randomBytes(16).toString('hex'))
  if (wanted.isHead) return { parts: [], etag }
  const holder = {}
  const release = sending.hold(holder, read ? 2 * source.size : WINDOW_BYTES, asked.asker)
  try {
    const chat = read
      ? inBatches(await read(source))
      : await readAhead(store, source, { sending, holder, ...asked })
    const rest = wanted.format.writeSlowly?.(chat, wanted.surroundings, asked)
    return { parts: [], ...(rest ? { rest } : {}), etag, release }
  } catch (error) {
    release()
    throw error
  }
}

/** The chat with its texts in memory where there is room; else they are read as they are wanted. */
async function readAhead(
  store: ReadingStore,
  source: BodySource,
  { sending, holder, signal }: { sending: SendingBudget; holder: object; signal: AbortSignal },
): Promise<ChatInBatches> {
  const outline = await outlineMessages(store.read, source)
  const facts = await readFacts(store, source)
  if (!sending.grow(holder, source.size + MESSAGE_BYTES * outline.count))
    return { ...facts, outline, batches: () => readChatInBatches(store, source) }
  // As bytes, which take no more than they are, and nobody's time to look for garbage.
  const texts: Buffer[] = []
  let files: MessageBatch['files'] = new Map()
  for await (const batch of readChatInBatches(store, source)) {
    signal.throwIfAborted()
    texts.push(Buffer.from(JSON.stringify(batch.messages)))
    files = batch.files
  }
  return {
    ...facts,
    outline,
    // oxlint-disable-next-line typescript/require-await -- read like those that come from the store
    async *batches() {
      for (const text of texts) yield { messages: JSON.parse(text.toString()) as Message[], files }
    },
  }
}

/** A chat that is read already. */
function inBatches({ messages, files, ...facts }: ReadableChat): ChatInBatches {
  return {
    ...facts,
    outline: outlineOf(messages),
    // oxlint-disable-next-line typescript/require-await -- read like those that come from the store
    async *batches() {
      for (let from = 0; from < messages.length; from += MESSAGES_AT_ONCE)
        yield { messages: messages.slice(from, from + MESSAGES_AT_ONCE), files }
    },
  }
}
