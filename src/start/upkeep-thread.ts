import { parentPort, workerData } from 'node:worker_threads'
import { removeAllHere } from '../actions/deletions.ts'
import { indexAllHere } from '../actions/search-index.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore } from '../storage/store.ts'
import type { Upkeep } from './in-thread.ts'

const ending = new AbortController()
parentPort?.on('message', () => ending.abort())

const { path, upkeep } = workerData as { readonly path: string; readonly upkeep: Upkeep }
const store = await openStore(openSqlite(path))
try {
  await (upkeep === 'remove' ? removeAllHere : indexAllHere)(store, ending.signal)
} finally {
  await store.close()
  parentPort?.close()
}
