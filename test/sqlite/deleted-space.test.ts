import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const MEBIBYTE = 1024 * 1024

test('the disk gets back what deleted chats took, and readers see nothing of it', async () => {
  const server = await startServer()
  const path = server.database.url.slice('file:'.length)
  try {
    const owner = await signUp(server.url)
    const staying = await owner.share(await owner.createChat())
    const chat = await owner.createChat([])
    for (let count = 0; count < 40; count++) {
      const json = { message: 'x'.repeat(MEBIBYTE - 1000), actor: 'user' }
      const { status } = await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), { json })
      assert.equal(status, 200)
    }
    assert.equal((await owner.send('DELETE', owner.path(`/chats/${chat.id}`))).status, 200)
    await until('the file is small again', async () => {
      assert.equal((await createVisitor(server.url).readShare(staying.uuid)).status, 200)
      return (await stat(path)).size < 16 * MEBIBYTE
    })
  } finally {
    await server.close()
  }
})
