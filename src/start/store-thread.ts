import { parentPort, workerData } from 'node:worker_threads'
import { copyAllHere } from '../actions/large-copies.ts'
import { removeAllHere } from '../actions/deletions.ts'
import type { KeepLimits } from '../storage/queries/bodies.ts'
import type { MessagesOf } from '../storage/queries/hidden-copies.ts'
import { indexAllHere } from '../actions/search-index.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore } from '../storage/store.ts'

/** What the thread is to do, and where. */
export type ThreadWork = { readonly path: string } & (
  | { readonly keep: KeepLimits }
  | { readonly from: MessagesOf; readonly to: MessagesOf }
  | { readonly isIndexing: true }
)

const ending = new AbortController()
parentPort?.on('message', () => ending.abort())

const work = workerData as ThreadWork
const store = await openStore(openSqlite(work))
try {
  if ('keep' in work) await removeAllHere(store, { keep: work.keep, now: Date.now }, ending.signal)
  else if ('isIndexing' in work) await indexAllHere(store, ending.signal)
  else await copyAllHere(store, work.from, work.to)
} finally {
  await store.close()
  parentPort?.close()
}
