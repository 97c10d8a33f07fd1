import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { openRawConnection, sendRaw } from '../kit/raw-socket.ts'
import { shapes } from '../kit/shapes.ts'
import { restartServer, startServer } from '../kit/start-server.ts'

describe('asked to stop (SIGTERM), the server', () => {
  test('ends with exit code 0, though browsers keep their connections open', async () => {
    const server = await startServer()
    const visitor = createVisitor(server.url)
    await Promise.all(Array.from({ length: 5 }, () => visitor.get('/health')))
    const idle = openRawConnection(server.url)
    idle.answer.catch(() => {})
    const ending = await server.stop()
    assert.deepEqual(ending, { code: 0, signal: null })
    await server.close()
  })

  test('finishes the request that is running, and stores what it answers', async () => {
    const server = await startServer()
    const person = await signUp(server.url)
    const chat = await person.createChat([])
    const json = JSON.stringify({ message: 'sent while stopping', actor: 'user' })
    const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ')
    const connection = openRawConnection(server.url)
    connection.write(
      `POST ${person.path(`/chats/${chat.id}/messages`)} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n` +
        `Cookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n` +
        json.slice(0, 10),
    )
    // The server must have seen the first half before it is told to stop.
    for (let i = 0; i < 5; i++) await createVisitor(server.url).get('/health')
    server.terminate()
    await new Promise((resolve) => setTimeout(resolve, 200))
    connection.write(json.slice(10))
    const answer = await connection.answer
    assert.equal(answer.status, 200, answer.body)
    connection.close()
    assert.deepEqual(await server.ended, { code: 0, signal: null })
    const again = await restartServer(server)
    try {
      const visitor = createVisitor(again.url)
      visitor.cookies.set('neptun-session', person.cookies.get('neptun-session') ?? '')
      const list = await visitor.get(person.path(`/chats/${chat.id}/messages`))
      const [message] = expectOk(list, shapes.messages).chatMessages
      assert.equal(message?.content, 'sent while stopping')
    } finally {
      await again.close()
    }
  })

  test('refuses new connections while it finishes', async () => {
    const server = await startServer()
    const { host } = new URL(server.url)
    const connection = openRawConnection(server.url)
    connection.write(
      `POST /api/auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{`,
    )
    for (let i = 0; i < 5; i++) await createVisitor(server.url).get('/health')
    server.terminate()
    await new Promise((resolve) => setTimeout(resolve, 200))
    await assert.rejects(sendRaw(server.url, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
    connection.write('"email":"a@b.example"}'.slice(0, 19))
    const answer = await connection.answer
    assert.equal(answer.status, 400)
    connection.close()
    assert.equal((await server.ended).code, 0)
    await server.close()
  })

  test('does the same for SIGINT twice or SIGTERM twice: no crash, no half stop', async () => {
    const server = await startServer()
    server.terminate()
    server.terminate()
    const ending = await server.ended
    assert.equal(ending.signal, null)
    assert.doesNotMatch(server.output(), /\n\s+at /)
    await server.close()
  })
})
