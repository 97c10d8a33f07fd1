import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { signUp } from '../kit/client.ts'
import { restartServer, startServer } from '../kit/start-server.ts'
import { readMarked, shareMarked } from '../kit/told-apart.ts'

test('a server left running over a restore shows nobody what was lost, nor anyone another text', async () => {
  const server = await startServer()
  const other = await startServer({ database: server.database })
  const path = server.database.url.slice('file:'.length)
  try {
    const owner = await signUp(server.url)
    const kept = await shareMarked(owner, 10)
    const file = new DatabaseSync(path)
    file.exec(`vacuum into '${path}.backup'`)
    file.close()
    const lost = await shareMarked(owner, 20)
    const urls = [server.url, other.url]
    const all = new Map([...kept, ...lost])
    assert.deepEqual(Object.keys(await readMarked(urls, all, 300)), ['200'])

    await rename(`${path}.backup`, path)
    for (const log of ['-wal', '-shm']) await rm(`${path}${log}`, { force: true })
    // Another server fills the restored file meanwhile, and hands the same ids out again.
    const restored = await restartServer(server)
    try {
      const again = await shareMarked(await signUp(restored.url), 20)
      const statuses = await readMarked([...urls, restored.url], new Map([...all, ...again]))
      assert.deepEqual(Object.keys(statuses), ['200', '404', '503'])
      assert.deepEqual(Object.keys(await readMarked(urls, new Map([...all, ...again]), 100)), ['503'])
    } finally {
      await restored.stop()
    }
  } finally {
    await other.stop()
    await server.close()
  }
})
