import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Question } from '../kit/client.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { expectAuthRefusal, expectInvalid, expectNotFound, expectPlain } from '../kit/refusals.ts'
import { readAs, shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const visitor = createVisitor(server.url)
const chatNames = async () =>
  expectOk(await owner.get(owner.path('/chats')), shapes.chats).chats.map(({ name }) => name)
const postChat = (question: Question) => owner.send('POST', owner.path('/chats'), question)
const tooLarge = (bytes: number) => JSON.stringify({ model: 'm', name: 'n', padding: 'x'.repeat(bytes) })
const text = (type: string) => ({ 'content-type': type })
const KiB = 1024
const MiB = 1024 * KiB

describe('an unknown route', () => {
  for (const [method, path] of [
    ['GET', '/nowhere'],
    ['GET', '/api'],
    ['GET', '/api/'],
    ['GET', '/api/users'],
    ['GET', '/api/nowhere/1'],
    ['POST', '/api/auth'],
    ['GET', '/API/users/1'],
    ['GET', '/.env'],
    ['GET', '/..%2f..%2fetc%2fpasswd'],
    ['GET', '/%00'],
    ['GET', '/api/shared/chats/0b5d7c7e-4e6a-4a83-9a44-1f6c1e3c7a55/messages'],
  ] as const) {
    test(`${method} ${path} is a 404 that says so`, async () => {
      expectNotFound(await visitor.send(method, path), 'Route not found')
    })
  }

  test('is the same 404 for someone with a session', async () => {
    const known = await owner.get('/api/nowhere')
    expectNotFound(known, 'Route not found')
    assert.equal(known.text, (await visitor.get('/api/nowhere')).text)
  })
})

describe('a known route', () => {
  for (const [method, path, allow] of [
    ['GET', '/api/auth/sign-up', 'POST, OPTIONS'],
    ['PUT', '/api/users/1', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    ['DELETE', '/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/api/shared/chats/0b5d7c7e-4e6a-4a83-9a44-1f6c1e3c7a55', 'GET, HEAD, OPTIONS'],
  ] as const) {
    test(`${method} ${path} is a 405, whoever asks`, async () => {
      for (const who of [visitor, owner]) {
        const answer = await who.send(method, path)
        expectPlain(answer, 405, 'Method Not Allowed')
        assert.equal(answer.headers.get('allow'), allow)
      }
    })
  }
})

describe('a body that is no JSON', () => {
  for (const [what, body] of Object.entries({
    nothing: '',
    'a word': 'hello',
    'an open brace': '{',
    'a trailing comma': '{"model":"m","name":"n",}',
    'single quotes': "{'model':'m','name':'n'}",
    'two documents': '{"model":"m","name":"n"}{"model":"m","name":"n"}',
    'a byte order mark and an open brace': '\ufeff{',
    'deep nesting': '['.repeat(100_000),
    'a bare NUL': '{"model":"m","name":"\0"}',
    'a bare line break in a string': '{"model":"m","name":"a\nb"}',
    'a broken escape': String.raw`{"model":"m","name":"\u12"}`,
    'not a number': '{"model":"m","name":NaN}',
  })) {
    test(`but ${what} is a 400 in the error shape`, async () => {
      expectInvalid(await postChat({ body, headers: text('application/json') }))
    })
  }

  test('but invalid UTF-8 is a 400, not a name with other letters', async () => {
    const body = Buffer.from('{"model":"m","name":"caf\xe9"}', 'latin1')
    expectInvalid(await postChat({ body, headers: text('application/json') }))
  })

  test('but well-formed JSON of another kind is a 400 that names the fields', async () => {
    for (const json of [null, true, 5, 'hello', [], [{ model: 'm', name: 'n' }], {}]) {
      expectInvalid(await postChat({ json }), 'Bad Request. Invalid body(model, name).')
    }
  })

  test('stores nothing', async () => {
    assert.deepEqual(await chatNames(), [])
  })
})

describe('a value of the wrong kind', () => {
  for (const json of [
    { model: 'm' },
    { name: 'n' },
    { model: 'm', name: 5 },
    { model: 'm', name: null },
    { model: 'm', name: ['n'] },
    { model: 'm', name: { toString: 'n' } },
    { model: true, name: 'n' },
    { model: 'm', name: 'n'.repeat(201) },
    { model: 'm'.repeat(201), name: 'n' },
    { model: 'm', name: 'a\0b' },
    { model: 'm\0', name: 'n' },
    { model: 'm', name: 'a\ud800b' },
    { model: 'm', name: '\udc00' },
    { model: '\ud83d', name: 'n' },
  ]) {
    test(`${JSON.stringify(json).slice(0, 60)} is a 400 that says which field`, async () => {
      const answer = await postChat({ json })
      expectInvalid(answer, 'Bad Request. Invalid body(model, name).')
      const { data } = readAs(shapes.validationError, answer)
      const wrong =
        'name' in json && json.model?.toString().length === 1 && json.model !== '\ud83d' ? 'name' : 'model'
      const field = 'name' in json ? wrong : 'name'
      assert.ok(
        data.issues.some(({ path }) => path[0] === field),
        answer.text,
      )
    })
  }

  test('is not turned into the right one', async () => {
    const chat = await owner.createChat([])
    const path = owner.path(`/chats/${chat.id}/shares`)
    for (const json of [
      { is_shared: 'true' },
      { is_protected: 1 },
      { max_views: '5' },
      { emails: 'a@example.org' },
    ]) {
      expectInvalid(await owner.send('POST', path, { json }))
    }
    assert.equal((await owner.get(path)).text, 'null')
  })

  test('a name of 200 characters and an emoji of two code units are fine', async () => {
    const name = '🌊'.repeat(50)
    const chat = await owner.createChat([], name)
    assert.equal(chat.name, name)
    assert.equal((await owner.createChat([], 'n'.repeat(200))).name.length, 200)
  })

  test('a prototype key is only a key', async () => {
    const body = '{"model":"m","name":"proto","__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'
    const answer = await postChat({ body, headers: text('application/json') })
    expectInvalid(answer)
    expectOk(await owner.get(owner.path()), shapes.user)
  })
})

describe('a content type that is not accepted', () => {
  const json = JSON.stringify({ model: 'm', name: 'smuggled' })
  for (const type of [
    'text/plain',
    'text/html',
    'application/xml',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/vnd.api+json',
    'banana',
    '/',
  ]) {
    test(`${type} is a 415`, async () => {
      expectPlain(await postChat({ body: json, headers: text(type) }), 415, 'Unsupported Media Type')
    })
  }

  test('is anything but JSON on routes that take no form', async () => {
    const chat = await owner.createChat([], 'no forms')
    for (const [method, path] of [
      ['PATCH', owner.path(`/chats/${chat.id}`)],
      ['POST', owner.path(`/chats/${chat.id}/messages`)],
      ['POST', owner.path(`/chats/${chat.id}/shares`)],
      ['PATCH', owner.path()],
    ] as const) {
      const form = { name: 'smuggled', message: 'x', actor: 'user', current_password: owner.password }
      expectPlain(await owner.send(method, path, { form }), 415, 'Unsupported Media Type')
    }
    assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).text, 'null')
  })

  test('stores nothing', async () => {
    assert.equal((await chatNames()).includes('smuggled'), false)
  })

  test('is not JSON with a charset or odd capitals', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset=UTF-8',
    ]) {
      expectOk(await postChat({ body: json, headers: text(type) }), shapes.chat)
    }
  })

  test("doesn't matter on a GET, which has no body", async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      expectOk(await owner.get(owner.path('/chats'), text(type)), shapes.chats)
    }
  })
})

describe('a form', () => {
  test('makes a chat, with spaces and every letter', async () => {
    const form = { model: 'gpt & co', name: 'Zoë + 100 % 🌊 = ?' }
    const { chat } = expectOk(await postChat({ form }), shapes.chat)
    assert.deepEqual({ model: chat.model, name: chat.name }, form)
  })

  test('unlocks a share', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'open & sesame' })
    const reader = createVisitor(server.url)
    const path = `/api/shared/chats/${share.uuid}/unlock`
    assert.equal((await reader.send('POST', path, { form: { password: 'open & sesame' } })).status, 204)
    assert.equal((await reader.readShare(share.uuid)).status, 200)
  })

  for (const [what, form] of Object.entries({
    nothing: '',
    'one field missing': 'model=m',
    'a field twice': 'model=m&name=a&name=b',
    'a NUL': 'model=m&name=a%00b',
    'nested fields': 'model[a]=m&name[b]=n',
    'only separators': '&&&==&&',
    'a name of 201 letters': `model=m&name=${'n'.repeat(201)}`,
    'a lone surrogate in CESU-8': 'model=m&name=%ED%A0%80',
    'bytes that are no UTF-8': 'model=m&name=%FF%FE',
  })) {
    test(`with ${what} is a 400`, async () => {
      expectInvalid(await postChat({ form }), 'Bad Request. Invalid body(model, name).')
    })
  }

  for (const form of ['model=m&name=%', 'model=m&name=%zz', 'model=m&name=n&'.repeat(9999)]) {
    test(`with broken escapes or thousands of fields is a 400: ${form.slice(0, 20)}`, async () => {
      expectInvalid(await postChat({ form }))
    })
  }

  test('with the key of a prototype makes the chat that its other fields name', async () => {
    const { chat } = expectOk(await postChat({ form: '__proto__=x&model=m&name=n' }), shapes.chat)
    assert.deepEqual([chat.model, chat.name], ['m', 'n'])
  })
})

describe('a body that is too large', () => {
  const jsonHeaders = text('application/json')

  test('is a 413 above 1 MiB', async () => {
    expectPlain(await postChat({ body: tooLarge(MiB), headers: jsonHeaders }), 413)
  })

  test('is a 413 above 64 KiB on sign-up, login and unlock', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'sesame' })
    for (const path of ['/api/auth/sign-up', '/api/auth/login', `/api/shared/chats/${share.uuid}/unlock`]) {
      const answer = await visitor.send('POST', path, { body: tooLarge(64 * KiB), headers: jsonHeaders })
      assert.equal(answer.status, 413, path)
      readAs(shapes.anyError, answer)
    }
  })

  test('just under 64 KiB is not too large on login', async () => {
    const json = { email: 'nobody@example.org', password: 'x'.repeat(60 * KiB) }
    expectAuthRefusal(await visitor.send('POST', '/api/auth/login', { json }), 401)
  })

  test('is a 413 too when its length is not announced', async () => {
    const { pathname } = new URL(owner.url + owner.path('/chats'))
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const head = `POST ${pathname} HTTP/1.1\r\nHost: {host}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\n`
    const answer = await sendRaw(
      server.url,
      `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`,
    )
    assert.equal(answer.status, 413)
    assert.match(answer.body, /^\{"statusCode":413,/)
  })

  test('is a 413 that says what went wrong, whatever was announced', async () => {
    const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await sendRaw(
      server.url,
      `POST ${owner.path('/chats')} HTTP/1.1\r\nHost: {host}\r\nCookie: ${cookie}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n',
    )
    assert.equal(answer.status, 413)
    assert.match(answer.body, /"message":/)
  })
})

describe('a query', () => {
  for (const order of [
    'banana:asc',
    'password_hash:asc',
    'name',
    'name:',
    ':asc',
    'name:sideways',
    'name:asc,',
    'name:asc,banana:desc',
    'name;drop table chats:asc',
    'name%20desc',
    '%00',
    '1:asc',
    'name:asc:desc',
    '',
  ]) {
    test(`order_by=${order} is a 400`, async () => {
      const answer = await owner.get(owner.path(`/chats?order_by=${order}`))
      expectInvalid(answer, /^Bad Request\. Invalid query\(.*order_by.*\)\.$/)
    })
  }

  test('given twice is a 400', async () => {
    const answer = await owner.get(owner.path('/chats?order_by=name:asc&order_by=id:asc'))
    expectInvalid(answer, /^Bad Request\. Invalid query\(.*order_by.*\)\.$/)
  })
})

test('every error has the same four fields, whatever went wrong', async () => {
  const answers = await Promise.all([
    visitor.get('/nowhere'),
    visitor.get(owner.path()),
    owner.get('/api/users/2147483647'),
    owner.get(owner.path('/chats/x')),
    postChat({ body: '{', headers: text('application/json') }),
    postChat({ body: 'x', headers: text('text/plain') }),
    visitor.send('POST', '/api/auth/login', { json: { email: 'a@example.org', password: 'wrong password' } }),
    visitor.readShare('nonsense'),
    owner.send('POST', owner.path('/chats'), { json: {}, headers: { origin: 'https://elsewhere.example' } }),
  ])
  for (const answer of answers) {
    assert.ok(answer.status >= 400)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json; ?charset=utf-8$/i)
    assert.equal(readAs(shapes.anyError, answer).statusCode, answer.status)
  }
})
