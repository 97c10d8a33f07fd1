import { parentPort, workerData } from 'node:worker_threads'
import { removeAllHere } from '../actions/deletions.ts'
import type { KeepLimits } from '../storage/queries/bodies.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore } from '../storage/store.ts'

/** What the thread is to do, and where. */
export interface RemovalWork {
  readonly path: string
  readonly keep: KeepLimits
}

const ending = new AbortController()
parentPort?.on('message', () => ending.abort())

const { path, keep } = workerData as RemovalWork
const store = await openStore(openSqlite(path))
try {
  await removeAllHere(store, keep, ending.signal)
} finally {
  await store.close()
  parentPort?.close()
}
