import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RemoveAll } from '../actions/deletions.ts'

const THREAD = new URL(`./removal-thread${extname(import.meta.url)}`, import.meta.url)

/** SQLite works in the thread that asks it, which answers nobody meanwhile: another one removes what was deleted. */
export function removeInThread(path: string): RemoveAll {
  return async (_store, signal) => {
    const thread = new Worker(THREAD, { workerData: path })
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
