import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signUp } from '../kit/client.ts'
import { createTestDatabase } from '../kit/database.ts'
import { startServer } from '../kit/start-server.ts'

test('servers that start at once on a new database all serve it', async () => {
  const database = await createTestDatabase()
  const starts = await Promise.allSettled(Array.from({ length: 4 }, () => startServer({ database })))
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  try {
    const failures = starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []))
    assert.deepEqual(failures, [])
    const people = await Promise.all(servers.map(({ url }) => signUp(url)))
    assert.equal(new Set(people.map(({ id }) => id)).size, servers.length)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await database.remove()
  }
})
