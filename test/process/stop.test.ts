import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { openRawConnection, sendRaw } from '../kit/raw-socket.ts'
import { shapes } from '../kit/shapes.ts'
import { restartServer, type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const untilStopping = (server: Server) =>
  until('the server stops', () => server.logs().some(({ msg }) => msg === 'Stopping'))

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
        `Cookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n` +
        'Expect: 100-continue\r\n\r\n',
    )
    await connection.continued
    connection.write(json.slice(0, 10))
    server.terminate()
    await untilStopping(server)
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
      `POST /api/auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
        'Content-Length: 20\r\nExpect: 100-continue\r\n\r\n',
    )
    await connection.continued
    connection.write('{')
    server.terminate()
    await untilStopping(server)
    // Whoever connected before its sockets were closed is answered.
    await until('new connections are refused', () =>
      sendRaw(server.url, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`).then(
        () => false,
        () => true,
      ),
    )
    connection.write('"email":"a@b.example"}'.slice(0, 19))
    const answer = await connection.answer
    assert.equal(answer.status, 400)
    connection.close()
    assert.equal((await server.ended).code, 0)
    await server.close()
  })

  test('ends idle connections at once, and the busy one with its answer', async () => {
    const server = await startServer()
    const { host, hostname, port } = new URL(server.url)
    const [used, unused] = [connect(Number(port), hostname), connect(Number(port), hostname)]
    used.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    await once(used, 'data')
    const busy = openRawConnection(server.url)
    busy.write(
      `POST /api/auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
    )
    for (let i = 0; i < 5; i++) await createVisitor(server.url).get('/health')
    const ended = [used, unused].map((socket) => once(socket.resume(), 'close'))
    server.terminate()
    // The busy one is still waiting for its body.
    await Promise.all(ended)
    busy.write('}')
    const answer = await busy.answer
    assert.equal(answer.status, 400)
    assert.equal(answer.headers.get('connection'), 'close')
    assert.equal((await server.ended).code, 0)
    assert.doesNotMatch(server.output(), /still running/)
    await server.close()
  })

  test('still answers what comes in on a connection that it has, and ends the connection', async () => {
    const server = await startServer()
    const { host } = new URL(server.url)
    const connection = openRawConnection(server.url)
    // Its head isn't complete yet, so it isn't idle.
    connection.write(`GET /sign-in HTTP/1.1\r\nHost: ${host}\r\n`)
    for (let i = 0; i < 5; i++) await createVisitor(server.url).get('/health')
    server.terminate()
    await untilStopping(server)
    connection.write('\r\n')
    const answer = await connection.answer
    assert.equal(answer.status, 200, answer.body)
    assert.equal(answer.headers.get('connection'), 'close')
    assert.equal((await server.ended).code, 0)
    await server.close()
  })

  test('behind a proxy first lets health fail, and answers everything else as ever until proxies have noticed', async () => {
    const server = await startServer({ env: { TRUST_PROXY: '1' } })
    const visitor = createVisitor(server.url)
    const asked = async (path: string) => {
      const { status, headers } = await visitor.get(path)
      return { status, connection: headers.get('connection') }
    }
    assert.deepEqual(await asked('/sign-in'), { status: 200, connection: 'keep-alive' })
    server.terminate()
    await untilStopping(server)
    for (const path of ['/readyz', '/health']) {
      assert.deepEqual(await asked(path), { status: 503, connection: 'close' }, path)
    }
    assert.deepEqual(await asked('/sign-in'), { status: 200, connection: 'close' })
    assert.deepEqual(await asked('/livez'), { status: 200, connection: 'close' })
    assert.equal((await server.ended).code, 0)
    await assert.rejects(visitor.get('/sign-in'))
    await server.close()
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`does the same for ${signal} twice: no crash, no half stop`, async () => {
      const server = await startServer()
      server.terminate(signal)
      server.terminate(signal)
      assert.deepEqual(await server.ended, { code: 0, signal: null })
      assert.doesNotMatch(server.output(), /\n\s+at /)
      assert.ok(server.logs().some(({ msg }) => msg === 'Stopped'))
      await server.close()
    })
  }
})
