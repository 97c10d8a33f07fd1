import { type ChatWriter, writeInBatches } from '../chats/chat-writer.ts'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import type { ReadableChat } from './chat-format.ts'
import type { Body } from './kept-bodies.ts'
import { readChatInBatches, readFacts, type ReadingStore } from './read-chat.ts'
import { letGo } from './unpooled.ts'

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
  { store, sending }: { readonly store: ReadingStore; readonly sending: SendingBudget },
  source: BodySource,
  writer: ChatWriter<ReadableChat>,
  asked: { readonly etag: string; readonly asker: string; readonly signal: AbortSignal },
): Promise<Body> {
  const { etag, asker, signal } = asked
  const holder = {}
  const giveBack = sending.hold(holder, WINDOW_BYTES, asker)
  const rest = piecesOf(store, source, writer)
  const parts: Buffer[] = []
  const release = (): void => {
    giveBack()
    // No other answer has them.
    for (const part of parts.splice(0)) letGo(part)
  }
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
  store: ReadingStore,
  source: BodySource,
  writer: ChatWriter<ReadableChat>,
): AsyncGenerator<Buffer, undefined> {
  const facts = await readFacts(store, source)
  for await (const piece of writeInBatches(writer, facts, readChatInBatches(store, source)))
    yield Buffer.from(piece)
}
