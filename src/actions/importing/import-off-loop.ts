import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { importChats, type ImportEvent, type ImportOptions } from '../../importing/import-chats.ts'
import { type ImportedMessage, ImportError } from '../../importing/imported-chat.ts'
import type { ImportAnswer, ImportReply } from './import-worker.ts'

/** Files up to this size are read at once: starting a thread would take longer. Archives unpack to more. */
const smallFile = 256 * 1024
const smallArchive = 8 * 1024
/** How long a small file may take to arrive; what comes slower is read as it comes. */
const soonMs = 200

/** Enough for the largest conversation; a file that wants more ends its worker, not the server. */
const maxHeapMegabytes = 1024
const maxYoungMegabytes = 16

/**
 * {@link importChats} without keeping others waiting: all but small files are parsed in a thread of their own, whose
 * memory is given back when the file ends.
 */
export async function* importOffLoop(
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): AsyncGenerator<ImportEvent> {
  const iterator = source[Symbol.asyncIterator]()
  const begun: Uint8Array[] = []
  let next = nextOf(iterator)
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), soonMs)
  let isWhole = false
  try {
    for (let size = 0; size <= (isArchive(begun) ? smallArchive : smallFile);) {
      const chunk = await Promise.race([next, late.promise])
      isWhole = chunk?.done === true
      if (chunk === undefined || chunk.done === true) break
      begun.push(chunk.value)
      size += chunk.value.length
      next = nextOf(iterator)
    }
  } finally {
    clearTimeout(timer)
  }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* begun.splice(0)
    for (;;) {
      const chunk = await next
      if (chunk.done === true) return
      yield chunk.value
      next = nextOf(iterator)
    }
  }
  yield* isWhole ? importChats(bytes(), options) : importInWorker(bytes(), options)
}

function nextOf(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const next = iterator.next()
  // Whoever leaves before doesn't wait for it.
  next.catch(() => undefined)
  return next
}

function isArchive([first]: readonly Uint8Array[]): boolean {
  return first?.[0] === 0x50 && first[1] === 0x4b
}

async function* importInWorker(
  bytes: AsyncGenerator<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<ImportEvent> {
  // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
  const url = new URL(`./import-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, {
    workerData: options,
    // Code that parses strangers' files has no use for the server's secrets or its flags.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes, maxYoungGenerationSizeMb: maxYoungMegabytes },
  })
  const replies = repliesOf(worker)
  let messages: ImportedMessage[] = []
  try {
    for (;;) {
      const reply = await replies()
      if (reply.kind === 'messages') {
        messages = messages.concat(reply.messages)
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

async function nextBytes(bytes: AsyncGenerator<Uint8Array>): Promise<ImportAnswer> {
  const { done, value } = await bytes.next()
  // A copy, as bytes of others may lie in the same buffer.
  return done === true ? { isEnd: true } : { bytes: new Uint8Array(value) }
}

function answer(worker: Worker, message: ImportAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(message, message.bytes?.buffer instanceof ArrayBuffer ? [message.bytes.buffer] : [])
}

/** Waits for what the worker says next; it says one thing at a time. */
function repliesOf(worker: Worker): () => Promise<ImportReply> {
  let next = Promise.withResolvers<ImportReply>()
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
