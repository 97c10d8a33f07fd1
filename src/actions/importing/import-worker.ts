import { parentPort, workerData } from 'node:worker_threads'
import { createFileSink } from './file-sink.ts'
import { importChats, type ImportEvent, type ImportOptions } from '../../importing/import-chats.ts'
import { type ImportedMessage, ImportError, type ImportErrorCode } from '../../importing/imported-chat.ts'

/** What the worker is sent, one for each of its reports: bytes where it asked for some, `end` after the last. */
export type ImportAnswer = { bytes?: Uint8Array; isEnd?: boolean }

/** What it says. After each report it waits for an answer. */
export type ImportReply =
  /** `needsBytes`: it has read all that it was given. */
  | { kind: 'events'; events: ImportEvent[]; needsBytes: boolean }
  /** A file, by itself: it may be large. */
  | { kind: 'file'; event: ImportEvent & { kind: 'file' } }
  /** Messages of the next chat, which has too many for one report. */
  | { kind: 'messages'; messages: ImportedMessage[] }
  | { kind: 'end'; events: ImportEvent[] }
  | {
      kind: 'failed'
      events: ImportEvent[]
      code: ImportErrorCode
      message: string
      speakers?: readonly string[]
    }

/** What the worker begins with. */
export type WorkerOptions = Omit<ImportOptions, 'files'> & {
  /** Of the account's files; unset: files become notes. */
  fileIdKey?: string
}

/** Of the texts in one report, in UTF-16 units: what arrives at once keeps the other thread from everything else. */
const portion = 512 * 1024

let batch: ImportEvent[] = []
let size = 0

function report(reply: ImportReply): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(reply)
  batch = []
  size = 0
}

function answer(): Promise<ImportAnswer> {
  return new Promise((resolve) => parentPort?.once('message', resolve))
}

async function* source(): AsyncGenerator<Uint8Array> {
  for (;;) {
    report({ kind: 'events', events: batch, needsBytes: true })
    const { bytes, isEnd } = await answer()
    if (isEnd === true) return
    if (bytes === undefined) continue
    yield bytes
  }
}

async function add(event: ImportEvent): Promise<void> {
  if (event.kind === 'file') {
    if (batch.length > 0) await send({ kind: 'events', events: batch, needsBytes: false })
    await send({ kind: 'file', event })
    return
  }
  if (event.kind !== 'chat') {
    batch.push(event)
    return
  }
  const { messages, ...chat } = event.chat
  let part: ImportedMessage[] = []
  let partSize = 0
  for (const message of messages) {
    part.push(message)
    partSize += message.content.length
    if (partSize < portion) continue
    if (batch.length > 0) await send({ kind: 'events', events: batch, needsBytes: false })
    await send({ kind: 'messages', messages: part })
    part = []
    partSize = 0
  }
  batch.push({ kind: 'chat', chat: { ...chat, messages: part } })
  size += partSize
  if (size >= portion || batch.length >= 1000)
    await send({ kind: 'events', events: batch, needsBytes: false })
}

async function send(reply: ImportReply): Promise<void> {
  report(reply)
  await answer()
}

async function run(options: ImportOptions): Promise<void> {
  try {
    for await (const event of importChats(source(), options)) await add(event)
    report({ kind: 'end', events: batch })
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    const { code, message, speakers } = error
    report({ kind: 'failed', events: batch, code, message, ...(speakers === undefined ? {} : { speakers }) })
  }
}

const { fileIdKey, ...options }: WorkerOptions = workerData
await run(fileIdKey === undefined ? options : { ...options, files: createFileSink(fileIdKey) })
