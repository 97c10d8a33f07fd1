import { type ChatWriter, writeWhole } from '../chats/chat-writer.ts'
import type { Message } from '../chats/message.ts'
import type { StoredFile } from '../storage/queries/files.ts'
import type { ViewDecision } from './outcome-of.ts'

/** A chat as a reader gets it. Times are epoch milliseconds. */
export interface ReadableChat {
  readonly name: string
  readonly model: string
  readonly createdAt: number
  /** of a snapshot, when it was taken */
  readonly updatedAt: number
  readonly messages: readonly Message[]
  /** those that its messages name, by id */
  readonly files: ReadonlyMap<string, StoredFile>
}

export type ChatFacts = Omit<ReadableChat, 'messages' | 'files'>

/** What of a chat's messages is known before they are read. */
export interface ChatOutline {
  readonly count: number
  /** of the user's messages */
  readonly questions: number
  readonly firstAt: number
  readonly lastAt: number
}

export function outlineOf(messages: readonly Message[]): ChatOutline {
  return {
    count: messages.length,
    questions: messages.filter(({ role }) => role === 'user').length,
    firstAt: messages[0]?.createdAt ?? 0,
    lastAt: messages.at(-1)?.createdAt ?? 0,
  }
}

/** Messages that follow each other, and the files that those up to here name. */
export interface MessageBatch {
  readonly messages: readonly Message[]
  readonly files: ReadonlyMap<string, StoredFile>
}

/** A chat that is read little by little. */
export interface ChatInBatches extends ChatFacts {
  readonly outline: ChatOutline
  /** all messages, from the first one each time. Rejects with SourceChanged when they aren't what was decided about any more */
  batches(): AsyncIterable<MessageBatch>
}

/** A chat, written down. */
export interface WrittenChat {
  readonly bytes: Buffer
  /** False where something was left out for lack of time: it is written again after a while. */
  readonly isFinal: boolean
}

/** For whom a chat is written down: heavy work takes turns by owner, and ends when nobody waits for it any more. */
export interface WriteFor {
  readonly ownerId: number
  readonly signal: AbortSignal
}

/**
 * A way to write a chat down. What `write` makes is kept for all readers; `wrap` puts around it what depends on the
 * view, and gets nothing but what `surroundings` tells: whatever changes the bytes is part of what they are kept under.
 */
export interface ChatFormat<Surroundings = unknown> {
  readonly name: string
  /** Goes up whenever the bytes of the same chat change: test/formats/ holds them to it. */
  readonly version: number | string
  /**
   * Chats of at least this many bytes of text are kept in the database too. For smaller ones, making the bytes again
   * costs less than storing them.
   */
  readonly isStoredFrom: number
  write(chat: ReadableChat, asked: WriteFor): WrittenChat | Promise<WrittenChat>
  /** a JSON value */
  surroundings(view: ViewDecision | undefined): Surroundings
  /** @returns the parts of the answer, one after another */
  wrap(kept: Buffer, surroundings: Surroundings): readonly Buffer[] | Promise<readonly Buffer[]>
  /** Writes a large chat as it is read, to the same bytes as `write` and `wrap`; undefined where it takes all of it. */
  writer?(surroundings: Surroundings): ChatWriter<ReadableChat>
  /** Writes a large chat while it is sent, where that takes its time; what is handed out is a few messages at a time. */
  writeSlowly?(chat: ChatInBatches, surroundings: Surroundings, asked: WriteFor): AsyncGenerator<Buffer>
}

/** A format that depends on the chat alone, not on who looks. */
export function plainFormat(
  name: string,
  version: number,
  writer: ChatWriter<ReadableChat>,
): ChatFormat<null> {
  return {
    name,
    version,
    isStoredFrom: Infinity,
    write: (chat) => ({ bytes: Buffer.from(writeWhole(writer, chat)), isFinal: true }),
    surroundings: () => null,
    wrap: (kept) => [kept],
    writer: () => writer,
  }
}
