import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { isRecord } from '../kit/json.ts'
import { openRawConnection, sendRaw, type RawAnswer } from '../kit/raw-socket.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { importFile } from '../kit/uploads.ts'

const server = await startServer()
after(() => server.close())

function expectErrorShape(answer: RawAnswer, status: number): void {
  assert.equal(answer.status, status, answer.body)
  const error: unknown = JSON.parse(answer.body)
  assert.ok(isRecord(error), answer.body)
  assert.deepEqual(Object.keys(error), ['statusCode', 'statusMessage', 'message', 'data'])
  assert.equal(error['statusCode'], answer.status)
  assert.ok(isRecord(error['data']))
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.doesNotMatch(answer.body, /\n\s+at |node:|llhttp|HPE_/)
}

async function stillHealthy(): Promise<void> {
  expectOk(await createVisitor(server.url).get('/health'), shapes.health)
}

const head = 'Host: {host}\r\n'

describe('what is no HTTP is a 4xx in the error shape', () => {
  for (const [what, bytes, status] of [
    ['noise', 'hello\r\n\r\n', 400],
    ['bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['an unknown method', `BREW /health HTTP/1.1\r\n${head}\r\n`, 400],
    ['an unknown version', `GET /health HTTP/9.9\r\n${head}\r\n`, 400],
    ['a broken header', `GET /health HTTP/1.1\r\n${head}no colon here\r\n\r\n`, 400],
    ['a NUL in a header', `GET /health HTTP/1.1\r\n${head}X: a\0b\r\n\r\n`, 400],
    [
      'two lengths',
      `POST /api/auth/login HTTP/1.1\r\n${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
      400,
    ],
    [
      'a length and chunks',
      `POST /api/auth/login HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a negative length', `POST /api/auth/login HTTP/1.1\r\n${head}Content-Length: -1\r\n\r\n`, 400],
    [
      'a broken chunk',
      `POST /api/auth/login HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
    ['a URL of 100 kB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n${head}\r\n`, 431],
    ['headers of 100 kB', `GET /health HTTP/1.1\r\n${head}X: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['5,000 headers', `GET /health HTTP/1.1\r\n${head}${'X: y\r\n'.repeat(5000)}\r\n`, 431],
    ['a cookie of 100 kB', `GET /health HTTP/1.1\r\n${head}Cookie: a=${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ] as const) {
    test(what, async () => {
      expectErrorShape(await sendRaw(server.url, bytes), status)
      await stillHealthy()
    })
  }
})

describe('what is odd but HTTP is answered for what it is', () => {
  for (const [what, bytes, status] of [
    [
      'a URL with a host',
      'GET http://elsewhere.example/health HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n',
      421,
    ],
    ['HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n', 200],
    ['two slashes', `GET //health HTTP/1.1\r\n${head}\r\n`, 404],
    ['a star', `OPTIONS * HTTP/1.1\r\n${head}\r\n`, 204],
    ['bytes above 127 in the path', `GET /caf\xe9 HTTP/1.1\r\n${head}\r\n`, 400],
    ['an odd host', 'GET /health HTTP/1.1\r\nHost: <script>\r\n\r\n', 421],
    ['a body on GET', `GET /health HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`, 200],
    ['an upgrade', `GET /health HTTP/1.1\r\n${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, 200],
    [
      '100 cookies of the same name',
      `GET /health HTTP/1.1\r\n${head}Cookie: ${'neptun-session=x; '.repeat(100)}\r\n\r\n`,
      200,
    ],
  ] as const) {
    test(what, async () => {
      const answer = await sendRaw(server.url, bytes)
      assert.equal(answer.status, status, answer.body)
      await stillHealthy()
    })
  }
})

/** These wait for the server's own time limits, side by side. */
describe('who is slow is let go', { concurrency: true, timeout: 90_000 }, () => {
  const { host } = new URL(server.url)
  const post = `POST /api/auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
  for (const [what, bytes] of [
    ['a body that stops in the middle', `${post}Content-Length: 9000\r\n\r\n{"email":"`],
    ['a body in chunks that stops in the middle', `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema\r\n`],
    ['a body that never begins', `${post}Content-Length: 9000\r\n\r\n`],
    ['headers that stop in the middle', `GET /health HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `],
    ['a first line that stops in the middle', 'GET /hea'],
  ] as const) {
    test(`${what} is a 408 in the error shape`, async () => {
      const connection = openRawConnection(server.url)
      connection.write(bytes)
      expectErrorShape(await connection.answer, 408)
      connection.close()
    })
  }

  test('an upload that comes by drops is a 408 that says so, and leaves its turn to others', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => signUp(server.url)))
    const slow = people.slice(0, 3).map((person) => {
      const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const connection = openRawConnection(server.url)
      connection.write(
        `POST ${person.path('/imports')} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 90000\r\n\r\n[',
      )
      return connection
    })
    const drip = setInterval(() => slow.forEach((connection) => connection.write(' ')), 2000)
    try {
      const [, , , other] = people
      const imported = other && importFile(other, '## User\n\nHi\n')
      for (const connection of slow) {
        const answer = await connection.answer
        expectErrorShape(answer, 408)
        assert.match(answer.body, /slower than 30 KiB in 30 seconds/)
      }
      assert.equal((await imported)?.counts.new, 1)
    } finally {
      clearInterval(drip)
      for (const connection of slow) connection.close()
    }
  })

  test('headers that come by drops are a 408 in the error shape', async () => {
    const connection = openRawConnection(server.url)
    connection.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `)
    const drip = setInterval(() => connection.write('x'), 1000)
    try {
      expectErrorShape(await connection.answer, 408)
    } finally {
      clearInterval(drip)
      connection.close()
    }
  })
})

test('many slow ones keep nobody else out', async () => {
  const { host } = new URL(server.url)
  const slow = Array.from({ length: 200 }, () => {
    const connection = openRawConnection(server.url)
    connection.answer.catch(() => {})
    connection.write(`POST /api/auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9000\r\n\r\n{`)
    return connection
  })
  await stillHealthy()
  for (const connection of slow) connection.close()
  await stillHealthy()
})
