import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RemoveAll } from '../actions/deletions.ts'
import type { IndexAll } from '../actions/search-index.ts'
import type { CopyAll } from '../actions/large-copies.ts'
import type { ThreadWork } from './store-thread.ts'

const THREAD = new URL(`./store-thread${extname(import.meta.url)}`, import.meta.url)
/** Texts are moved within the database; few come into the heap. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** SQLite works in the thread that asks it, which answers nobody meanwhile: another one removes what was deleted. */
export function removeInThread(path: string): RemoveAll {
  return (_store, { keep }, signal) => inThread({ path, keep }, signal)
}

/** Likewise it indexes what was written. */
export function indexInThread(path: string): IndexAll {
  return (_store, signal) => inThread({ path, isIndexing: true }, signal)
}

/** Likewise it copies what is large. */
export function copyInThread(path: string): CopyAll {
  return (_store, from, to) => inThread({ path, from, to })
}

async function inThread(work: ThreadWork, signal?: AbortSignal): Promise<void> {
  const thread = new Worker(THREAD, { workerData: work, resourceLimits: HEAP })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const end = (): void => thread.postMessage('end')
  signal?.addEventListener('abort', end)
  try {
    await once(thread, 'exit')
  } finally {
    signal?.removeEventListener('abort', end)
  }
}
