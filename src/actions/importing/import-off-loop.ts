import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ImportEvent } from '../../importing/import-chats.ts'
import { type ImportedMessage, ImportError } from '../../importing/imported-chat.ts'
import type { ImportAnswer, ImportReply, WorkerOptions } from './import-worker.ts'

/** Enough for the largest conversation; a file that wants more ends its worker, not the server. */
const maxHeapMegabytes = 1024
const maxYoungMegabytes = 16

/** The longest conversation takes a few seconds; what takes longer was made to. */
const longestWorkMs = 30_000

/**
 * Imports chats in a thread of its own, whose memory is given back when the file ends: whatever a file holds keeps
 * nobody else waiting, and what takes too long is ended.
 *
 * @param left when nobody waits for it any more
 */
export async function* importOffLoop(
  source: AsyncIterable<Uint8Array>,
  options: WorkerOptions = {},
  left?: AbortSignal,
): AsyncGenerator<ImportEvent> {
  const bytes = source[Symbol.asyncIterator]()
  // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
  const url = new URL(`./import-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, {
    workerData: options,
    // Code that parses strangers' files has no use for the server's secrets or its flags.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes, maxYoungGenerationSizeMb: maxYoungMegabytes },
  })
  const replies = repliesOf(worker, left)
  let messages: ImportedMessage[] = []
  try {
    for (;;) {
      left?.throwIfAborted()
      const reply = await inTime(replies())
      if (reply.kind === 'messages') {
        messages = messages.concat(reply.messages)
        answer(worker, {})
        continue
      }
      if (reply.kind === 'file') {
        yield reply.event
        answer(worker, {})
        continue
      }
      for (const event of reply.events) {
        if (event.kind === 'chat' && messages.length > 0) {
          event.chat.messages = messages.concat(event.chat.messages)
          messages = []
        }
        yield event
      }
      if (reply.kind === 'end') return
      if (reply.kind === 'failed') throw new ImportError(reply.code, reply.message, reply.speakers)
      answer(worker, reply.needsBytes ? await nextBytes(bytes) : {})
    }
  } finally {
    await worker.terminate()
  }
}

async function nextBytes(bytes: AsyncIterator<Uint8Array>): Promise<ImportAnswer> {
  const { done, value } = await bytes.next()
  // A copy, as bytes of others may lie in the same buffer.
  return done === true ? { isEnd: true } : { bytes: new Uint8Array(value) }
}

function answer(worker: Worker, message: ImportAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(message, message.bytes?.buffer instanceof ArrayBuffer ? [message.bytes.buffer] : [])
}

/** @throws ImportError when the thread works for too long on what it has */
async function inTime(reply: Promise<ImportReply>): Promise<ImportReply> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new ImportError('too-large', 'A conversation in it takes too long to import.')),
    longestWorkMs,
  )
  try {
    return await Promise.race([reply, promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for what the worker says next; it says one thing at a time. */
function repliesOf(worker: Worker, left: AbortSignal | undefined): () => Promise<ImportReply> {
  let next = Promise.withResolvers<ImportReply>()
  left?.addEventListener('abort', () => next.reject(left.reason), { once: true })
  worker.on('message', (reply: ImportReply) => next.resolve(reply))
  worker.on('error', (error: Error) => next.reject(failureOf(error)))
  worker.on('exit', () => next.reject(new Error('The thread that imports has ended.')))
  // Nobody waits while events are stored.
  next.promise.catch(() => undefined)
  return async () => {
    const reply = await next.promise
    next = Promise.withResolvers()
    next.promise.catch(() => undefined)
    return reply
  }
}

function failureOf(error: Error): Error {
  const isOutOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isOutOfMemory
    ? new ImportError('too-large', 'A conversation in it takes too much memory to import.')
    : error
}
