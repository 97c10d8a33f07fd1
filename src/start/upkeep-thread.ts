import { parentPort, workerData } from 'node:worker_threads'
import { removeAllHere } from '../actions/deletions.ts'
import { openSqlite } from '../storage/dialects/sqlite.ts'
import { openStore } from '../storage/store.ts'

const ending = new AbortController()
parentPort?.on('message', () => ending.abort())

const store = await openStore(openSqlite(String(workerData)))
try {
  await removeAllHere(store, ending.signal)
} finally {
  await store.close()
  parentPort?.close()
}
