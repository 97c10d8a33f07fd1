import type { ChatWriter } from '../chats/chat-writer.ts'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import type { StoredFile } from '../storage/queries/files.ts'
import type { Store } from '../storage/store.ts'
import type { ReadableChat } from './chat-format.ts'
import type { Body } from './kept-bodies.ts'
import { readChatInBatches, readFacts } from './read-chat.ts'

/** What an answer takes that is sent as it is read: a message of a mebibyte a few times over. */
const WINDOW_BYTES = 4 * 1024 * 1024

/**
 * Writes a large chat down as far as there is room in memory, as a rule to its end; the rest is read while it is sent.
 * Whoever then takes long, and whose chat is changed or closed meanwhile, gets an answer that breaks off: what is read
 * is of the revision that was decided about, or isn't sent.
 *
 * @param asked.asker whose part of the budget it is
 * @throws SourceChanged when it is no longer what was decided about; TooMuchUnderWay when too many are being sent
 */
export async function writeLargeBody(
  { store, sending }: { readonly store: Pick<Store, 'read'>; readonly sending: SendingBudget },
  source: BodySource,
  writer: ChatWriter<ReadableChat>,
  asked: { readonly etag: string; readonly asker: string; readonly signal: AbortSignal },
): Promise<Body> {
  const { etag, asker, signal } = asked
  const holder = {}
  const release = sending.hold(holder, WINDOW_BYTES, asker)
  const rest = piecesOf(store, source, writer)
  const parts: Buffer[] = []
  let length = 0
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await rest.next()
      if (done) return { parts, length, etag, release }
      parts.push(value)
      length += value.length
      if (!sending.grow(holder, value.length)) return { parts, rest, etag, release }
    }
  } catch (error) {
    release()
    throw error
  }
}

async function* piecesOf(
  store: Pick<Store, 'read'>,
  source: BodySource,
  writer: ChatWriter<ReadableChat>,
): AsyncGenerator<Buffer, undefined> {
  yield Buffer.from(writer.begin(await readFacts(store, source)))
  let count = 0
  let named: ReadonlyMap<string, StoredFile> = new Map()
  for await (const { messages, files } of readChatInBatches(store, source)) {
    const texts: string[] = []
    for (const message of messages) texts.push(writer.message(message, count++, files))
    named = files
    yield Buffer.from(texts.join(''))
  }
  yield Buffer.from(writer.end(count, named))
}
