import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Work } from '../actions/deletions.ts'

const THREAD = new URL(`./upkeep-thread${extname(import.meta.url)}`, import.meta.url)

/** What the thread is for: to remove what was deleted, or to index what was written. */
export type Upkeep = 'remove' | 'index'

/** SQLite works in the thread that asks it, which answers nobody meanwhile: another one does what takes long. */
export function inThread(path: string, upkeep: Upkeep): Work {
  return async (_store, signal) => {
    const thread = new Worker(THREAD, { workerData: { path, upkeep } })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    const end = (): void => thread.postMessage('end')
    signal.addEventListener('abort', end)
    try {
      await once(thread, 'exit')
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}
