import { readDatabaseUrl } from '../../src/start/config.ts'
import { openConfiguredStore } from '../../src/start/open-context.ts'
import type { Store } from '../../src/storage/store.ts'
import { createTestDatabase } from './database.ts'

/**
 * Opens a store on an empty database of its own, on the dialect that the tests run on.
 *
 * @param query of its `DATABASE_URL`
 */
export async function openTestStore(query = ''): Promise<{ store: Store; remove: () => Promise<void> }> {
  const database = await createTestDatabase()
  const store = await openStoreAt(`${database.url}${query}`)
  return {
    store,
    remove: async () => {
      await store.close()
      await database.remove()
    },
  }
}

/** Opens the store that a `DATABASE_URL` names. */
export async function openStoreAt(url: string): Promise<Store> {
  const config = readDatabaseUrl(url)
  if (!config) throw new Error(`${url} is no database`)
  return openConfiguredStore(config)
}
