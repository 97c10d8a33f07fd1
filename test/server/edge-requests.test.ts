import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { sendPipelined, sendRaw } from '../kit/raw-socket.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const share = await owner.share(await owner.createChat(), { is_protected: false })
const cookie = `Cookie: ${[...owner.cookies].map((pair) => pair.join('=')).join('; ')}\r\n`
const json = 'Content-Type: application/json\r\n'
const login = '/api/auth/login'
const KiB = 1024

/** A request as it goes over the wire; without a body nothing is said of one. */
function request(method: string, path: string, headers = '', body?: string): string {
  const length = body === undefined ? '' : `Content-Length: ${body.length}\r\n`
  return `${method} ${path} HTTP/1.1\r\nHost: {host}\r\n${headers}${length}\r\n${body ?? ''}`
}

const ask = (...parts: Parameters<typeof request>) => sendRaw(server.url, request(...parts))

describe('HEAD answers what GET answers, without the body', () => {
  for (const [what, path, headers] of [
    ['the health', '/health', 'Accept: */*\r\n'],
    ['an open share', `/api/shared/chats/${share.uuid}`, ''],
    ['its page', `/shared/chats/${share.uuid}`, 'Accept: text/html\r\n'],
    ['a share that is not there', '/api/shared/chats/nope', ''],
    ['an unknown route', '/nowhere', ''],
    ["an owner's route", owner.path('/chats'), cookie],
    ["an owner's route without a session", owner.path('/chats'), ''],
    ['the app', '/', ''],
  ] as const) {
    test(what, async () => {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => ask(method, path, `${headers}Connection: close\r\n`)),
      )
      assert.ok(get && head)
      assert.ok(get.body.length > 0)
      assert.equal(head.body, '')
      assert.equal(head.status, get.status)
      // How long the server runs is told in a varying number of digits; a view is granted to who sees the page.
      const told = ({ headers }: typeof get) =>
        [...headers].filter(
          ([name]) =>
            name !== 'date' && name !== 'set-cookie' && (path !== '/health' || name !== 'content-length'),
        )
      assert.deepEqual(told(head), told(get))
    })
  }
})

describe('what a request expects', () => {
  test('is that it may go on: it may', async () => {
    const answer = await ask('POST', login, `${json}Expect: 100-continue\r\n`, '{}')
    assert.equal(answer.status, 400)
  })

  test('is something else: a 417', async () => {
    assert.equal((await ask('POST', login, `${json}Expect: a-miracle\r\n`, '{}')).status, 417)
  })
})

describe('what is wrong first is told first', () => {
  const other = 'Origin: https://elsewhere.example\r\n'
  /** None of these sends its body. */
  for (const [what, bytes, status] of [
    ['another site goes before an unknown route', request('POST', '/nowhere', other, '{}'), 403],
    ['another site goes before a URL that cannot be decoded', request('POST', '/%zz', other, '{}'), 403],
    ['an unknown route goes before a body', request('POST', '/nowhere', `${json}Content-Length: 9\r\n`), 404],
    ['another site goes before a body', request('POST', login, `${other}Content-Length: 9\r\n`), 403],
    [
      'a missing session goes before a body',
      request('POST', owner.path('/chats'), `${json}Content-Length: 9\r\n`),
      401,
    ],
    [
      'a missing session goes before a body that is too large',
      request('POST', owner.path('/chats'), `${json}Content-Length: 99999999\r\n`),
      401,
    ],
    [
      'a body that is too large goes before its type',
      request('POST', login, 'Content-Type: text/plain\r\nContent-Length: 99999999\r\n'),
      413,
    ],
  ] as const) {
    test(what, async () => {
      assert.equal((await sendRaw(server.url, bytes)).status, status)
    })
  }
})

describe('a URL', () => {
  for (const [what, path, status, told] of [
    ['of a share that cannot be decoded', '/api/shared/chats/%zz', 404, /"shareInfo"/],
    ['of a page that cannot be decoded', '/shared/chats/%zz', 404, /There is no such share/],
    ['of something else that cannot be decoded', '/nowhere/%ff', 400, /could not be decoded/],
    ['whose query cannot be decoded', '/health?%zz', 200, /healthy/],
    ['with a very long name of a share', `/api/shared/chats/${'x'.repeat(15_000)}`, 404, /"shareInfo"/],
    ['in capitals', '/HEALTH', 404, /Route not found/],
    ['with a slash too many at its beginning', '//health', 404, /Route not found/],
    ['with a slash too many inside', `/api//shared/chats/${share.uuid}`, 404, /Route not found/],
    ['with a slash too many at its end', `/api/shared/chats/${share.uuid}/`, 404, /Route not found/],
    ['with a host', 'http://{host}/health', 200, /healthy/],
  ] as const) {
    test(`${what} is a ${status}`, async () => {
      const answer = await sendRaw(
        server.url,
        request('GET', path).replaceAll('{host}', new URL(server.url).host),
      )
      assert.equal(answer.status, status)
      assert.match(answer.body, told)
    })
  }

  test('of a page with slashes at its end leads to the page, its query too', async () => {
    const page = `/shared/chats/${share.uuid}`
    for (const [path, target] of [
      [`${page}/`, page],
      [`${page}///?a=b`, `${page}?a=b`],
    ] as const) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await ask(method, path)
        assert.deepEqual([answer.status, answer.headers.get('location')], [308, target])
      }
    }
  })

  test('with a method that its route does not have is a 405 that names those it has', async () => {
    for (const method of ['PUT', 'TRACE', 'QUERY', 'PROPFIND', 'POST']) {
      const answer = await ask(method, '/health')
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'], method)
    }
    const asked = await ask('OPTIONS', '/api/users/1/chats/1?a=b')
    assert.deepEqual([asked.status, asked.headers.get('allow')], [204, 'GET, HEAD, PATCH, DELETE, OPTIONS'])
    for (const path of ['/nowhere', '/metrics']) assert.equal((await ask('PUT', path)).status, 404, path)
  })
})

describe('a body', () => {
  const poisoned = [
    '{"__proto__":{"x":1}}',
    '{"\\u005f_proto__":{"x":1}}',
    '{"a":[{"constructor":{"prototype":{}}}]}',
  ]
  for (const [what, headers, body, status, told] of [
    ...poisoned.map((text) => [`that is ${text}`, json, text, 400, /not valid JSON/] as const),
    ['that is no UTF-8', json, '{"email":"\xff"}', 400, /not valid UTF-8/],
    ['that begins with a byte order mark', json, '\xef\xbb\xbf{}', 400, /email: Required/],
    ['that is half of JSON', json, '{', 400, /not valid JSON/],
    ['that is empty, of any type', 'Content-Type: text/plain\r\n', '', 400, /email: Required/],
    [
      'of another type',
      'Content-Type: text/plain\r\n',
      'x',
      415,
      /application\/json or application\/x-www-form-urlencoded\./,
    ],
    ['that names no type', '', '{}', 415, /Send the body as/],
    ['as large as it may be', json, `{}${' '.repeat(64 * KiB - 2)}`, 400, /email: Required/],
    ['larger by one byte', json, `{}${' '.repeat(64 * KiB - 1)}`, 413, /too large/],
  ] as const) {
    test(`${what} is a ${status}`, async () => {
      const answer = await ask('POST', login, headers, body)
      assert.equal(answer.status, status, answer.body)
      assert.match(answer.body, told)
    })
  }

  test('in chunks is put together, and counted by what comes', async () => {
    const head = request('POST', login, `${json}Transfer-Encoding: chunked\r\n`)
    const small = await sendRaw(server.url, `${head}1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`)
    assert.match(small.body, /email: Required/)
    const large = await sendRaw(server.url, `${head}10001\r\n${'x'.repeat(64 * KiB + 1)}\r\n0\r\n\r\n`)
    assert.equal(large.status, 413)
  })

  test('of GET is not looked at', async () => {
    assert.equal((await ask('GET', '/health', json, '{{{')).status, 200)
  })
})

test('requests that come together are answered in their order, whatever became of their bodies', async () => {
  const answers = await sendPipelined(
    server.url,
    [
      request('POST', login, json, '{'),
      request('POST', login, 'Content-Type: text/plain\r\n', 'x'),
      request('POST', login, json, ' '.repeat(70 * KiB)),
      request('POST', owner.path('/chats'), json, '{}'),
      request('POST', '/nowhere', json, '{}'),
      request('POST', login, `Origin: https://elsewhere.example\r\n${json}`, '{}'),
      request('POST', login, json, '{"email":"nobody@example.org","password":"wrong"}'),
      request('GET', '/health', json, '{}'),
      request('GET', '/health'),
    ].join(''),
    9,
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 415, 413, 401, 404, 403, 401, 200, 200],
  )
})

test('"Accept-Encoding: gzip;q=0" is honoured on a page, on its parts and on the app', async () => {
  const visitor = createVisitor(server.url)
  const page = (await visitor.get(`/shared/chats/${share.uuid}`)).text
  const app = (await visitor.get('/links')).text
  const style = /"(\/page-assets\/page\.\w+\.css)"/.exec(page)?.[1]
  const script = /"(\/assets\/[^"]+\.js)"/.exec(app)?.[1]
  assert.ok(style !== undefined && script !== undefined)
  for (const path of [`/shared/chats/${share.uuid}`, style, '/links', script]) {
    const encoded = async (accepted: string) => {
      const answer = await ask('GET', path, `Accept-Encoding: ${accepted}\r\nConnection: close\r\n`)
      assert.equal(answer.status, 200, path)
      assert.match(answer.headers.get('vary') ?? '', /Accept-Encoding/, path)
      return answer.headers.get('content-encoding')
    }
    assert.match((await encoded('br, gzip')) ?? '', /^(?:br|gzip)$/, path)
    assert.equal(await encoded('gzip'), 'gzip', path)
    assert.match((await encoded('*')) ?? '', /^(?:br|gzip)$/, path)
    assert.notEqual(await encoded('gzip;q=0, *'), 'gzip', path)
    for (const refusing of ['gzip;q=0', 'gzip;q=0.0', 'identity']) {
      assert.equal(await encoded(refusing), undefined, `${path}: ${refusing}`)
    }
  }
})

test('each request is logged and counted once, also where its sender left before the answer', async (t) => {
  const other = await startServer()
  t.after(() => other.close())
  const { hostname, port, host } = new URL(other.url)
  const visitor = createVisitor(other.url)
  await visitor.get('/health')
  await visitor.get('/nowhere')
  await visitor.get('/shared/chats/%zz')
  await sendPipelined(other.url, request('GET', '/health').repeat(2), 2)
  const broken = connect(Number(port), hostname)
  broken.write(`POST ${login} HTTP/1.1\r\nHost: ${host}\r\n${json}Content-Length: 9\r\n\r\n{`)
  await visitor.get('/health')
  broken.destroy()
  const leaving = connect(Number(port), hostname)
  const attempt = '{"email":"nobody@example.org","password":"wrong"}'
  leaving.end(
    `POST ${login} HTTP/1.1\r\nHost: ${host}\r\n${json}Content-Length: ${attempt.length}\r\n\r\n${attempt}`,
  )
  await visitor.get('/health')
  leaving.destroy()
  const counts = async () => {
    const { text } = await visitor.get('/metrics')
    const of = (labels: string) =>
      Number(
        [...text.matchAll(/^neptun_http_requests_total\{(.*)\} (\d+)$/gm)].find(([, all]) =>
          all?.includes(labels),
        )?.[2] ?? 0,
      )
    // Whether the server notices that they left before it has found the error or answered is up to the system.
    const ofLogin = ['400', '401', '499'].map((status) => of(`route="${login}",status="${status}"`))
    return { health: of('route="/health"'), login: ofLogin.reduce((sum, count) => sum + count) }
  }
  let counted = await counts()
  for (let i = 0; i < 100 && counted.login < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    counted = await counts()
  }
  assert.deepEqual(counted, { health: 5, login: 2 })
  await other.stop()
  const lines = other
    .logs()
    .filter(({ msg, route }) => msg === 'request' && route !== '/metrics')
    .map(({ method, route, status }) =>
      route === login ? `${String(method)} ${login}` : `${String(method)} ${String(route)} ${String(status)}`,
    )
  assert.deepEqual(lines.toSorted(), [
    ...Array<string>(5).fill('GET /health 200'),
    'GET none 404',
    'GET none 404',
    'POST /api/auth/login',
    'POST /api/auth/login',
  ])
  assert.deepEqual(
    other.logs().filter(({ level }) => level === 'error'),
    [],
  )
})
