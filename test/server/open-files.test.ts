import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { startServer } from '../kit/start-server.ts'

test('connections that wait for their next request give way to new ones before files run out', async () => {
  const server = await startServer({ under: ['sh', '-c', 'ulimit -n 200; exec "$0" "$@"'] })
  const { hostname, port } = new URL(server.url)
  const sockets: Socket[] = []
  try {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    // Many more than it may have open, each kept alive after its answer.
    for (let count = 0; count < 400; count++) {
      const socket = connect(Number(port), hostname)
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const [answer] = (await once(socket, 'data')) as [Buffer]
      assert.match(answer.toString('latin1'), /^HTTP\/1.1 200/)
    }
    const read = await createVisitor(server.url).readShare(share.uuid, undefined, { connection: 'close' })
    assert.equal(read.status, 200)
    await owner.createChat()
  } finally {
    for (const socket of sockets) socket.destroy()
    await server.close()
  }
})
