import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { basic, createVisitor, expectOk, signUp } from '../kit/client.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const locked = info({ isPrivate: true, password: true })
const share = async (password: string) => owner.share(await owner.createChat(), { password })
const present = (of: Share, authorization: string) => anyone.readShare(of.uuid, undefined, { authorization })

const challenge = 'Basic realm="Shared chat", charset="UTF-8"'
/** As a program asks that sends nothing by itself. */
const askRaw = (path: string, headers: string) =>
  sendRaw(server.url, `GET ${path} HTTP/1.1\r\nHost: {host}\r\n${headers}\r\n\r\n`)

describe('a password by HTTP Basic', () => {
  const passwords = [
    'sesame',
    'x',
    'with:colon',
    ':leading',
    'trailing:',
    '::',
    ' spaces around ',
    'pässwörd',
    'пароль',
    '密码🌊',
    'quote" \' and \\ backslash',
    '%20+&=#?',
    'y'.repeat(256),
  ]
  for (const password of passwords) {
    test(`${JSON.stringify(password.slice(0, 30))} opens with an empty or any user name`, async () => {
      const of = await share(password)
      for (const user of ['', 'anyone', 'me@example.org', 'ö']) {
        expectOk(await present(of, basic(`${user}:${password}`)), shapes.sharedChat)
      }
      expectRow(await present(of, basic(`:${password}!`)), 'unauthorized', locked)
    })
  }

  test('is taken in Latin-1 too, as browsers send it with btoa', async () => {
    const of = await share('pässwörd £')
    expectOk(await present(of, basic(':pässwörd £', 'latin1')), shapes.sharedChat)
    expectOk(await present(of, basic(':pässwörd £', 'utf8')), shapes.sharedChat)
    expectRow(await present(of, basic(':password £', 'latin1')), 'unauthorized', locked)
  })

  test('is taken in either normal form of Unicode', async () => {
    const of = await share('café')
    expectOk(await present(of, basic(':cafe\u0301')), shapes.sharedChat)
    const decomposed = await share('cafe\u0301')
    expectOk(await present(decomposed, basic(':café')), shapes.sharedChat)
    expectOk(await present(decomposed, basic(':café', 'latin1')), shapes.sharedChat)
  })

  test('is named in any case of the scheme', async () => {
    const of = await share('sesame')
    const token = btoa(':sesame')
    for (const scheme of ['Basic', 'basic', 'BASIC']) {
      expectOk(await present(of, `${scheme} ${token}`), shapes.sharedChat)
    }
  })

  test('is right to the letter', async () => {
    const of = await share('Sesame')
    for (const password of ['sesame', 'SESAME', 'Sesame ', ' Sesame', 'Sesam', 'Sesame\0', 'Sesame\n']) {
      expectRow(await present(of, basic(`:${password}`)), 'unauthorized', locked)
    }
  })

  test('is the share’s, not the owner’s', async () => {
    const of = await share('sesame')
    expectRow(await present(of, basic(`${owner.email}:${owner.password}`)), 'unauthorized', locked)
  })

  for (const [what, authorization] of Object.entries({
    'an empty password': basic(':'),
    'a user and an empty password': basic('anyone:'),
    'a value without a colon': basic('sesame'),
    'nothing at all': basic(''),
    'no value': 'Basic',
    'only a space': 'Basic ',
    'no base64': 'Basic !!!!',
    'another scheme': `Bearer ${btoa(':sesame')}`,
    'no scheme': btoa(':sesame'),
    'the plain password': 'sesame',
    'the plain password after the scheme': 'Basic :sesame',
    'a digest': 'Digest username="x", response="y"',
  })) {
    test(`with ${what} counts as none given: asked again, however often`, async () => {
      const of = await share('sesame')
      for (let i = 0; i < 12; i++) {
        expectRow(await present(of, authorization), 'unauthorized', locked)
      }
      expectOk(await present(of, basic(':sesame')), shapes.sharedChat)
    })
  }

  test('of thousands of characters is a wrong one, and no crash', async () => {
    const of = await share('sesame')
    expectRow(await present(of, basic(`:${'x'.repeat(9000)}`)), 'unauthorized', locked)
  })

  test('is one try per header, whichever encoding it is read in', async () => {
    const of = await share('sesame')
    for (let i = 0; i < 10; i++) {
      expectRow(await present(of, basic(`:pässwörd ${i}`, 'latin1')), 'unauthorized', locked)
    }
    expectRow(await present(of, basic(':sesame')), 'tooManyTries', locked)
  })

  test('in raw bytes of any kind is a wrong one, and no crash', async () => {
    const of = await share('sesame')
    for (const value of ['Basic \xff\xfe', 'Basic \x80', `Basic ${btoa('\xff\xfe:\xff')}`, 'Basic =====']) {
      const answer = await sendRaw(
        server.url,
        `GET /api/shared/chats/${of.uuid} HTTP/1.1\r\nHost: {host}\r\nAuthorization: ${value}\r\n\r\n`,
      )
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), challenge)
    }
  })

  test('never asks the browser for a pop-up', async () => {
    const of = await share('sesame')
    for (const answer of [await anyone.readShare(of.uuid), await anyone.readShare(of.uuid, 'wrong')]) {
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), null)
    }
    // By http from another machine, browsers send no Sec-Fetch headers.
    const page = `/shared/chats/${of.uuid}`
    for (const [path, headers] of [
      [page, 'Accept: text/html,*/*;q=0.8'],
      [page, 'User-Agent: Mozilla/5.0 (X11; Linux x86_64)'],
      [`/api${page}`, 'Accept: */*\r\nSec-Fetch-Mode: cors'],
    ] as const) {
      const answer = await askRaw(path, headers)
      assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [401, undefined], headers)
    }
  })

  test('is asked of programs where it is missing, on the API and on the page', async () => {
    const of = await share('sesame')
    const listed = await owner.share(await owner.createChat(), { emails: ['ada@example.com'] })
    for (const prefix of ['', '/api']) {
      const asked = await askRaw(`${prefix}/shared/chats/${of.uuid}`, 'Accept: */*\r\nUser-Agent: curl/8.5.0')
      assert.deepEqual([asked.status, asked.headers.get('www-authenticate')], [401, challenge])
      const other = await askRaw(`${prefix}/shared/chats/${listed.uuid}`, 'Accept: */*')
      assert.deepEqual([other.status, other.headers.get('www-authenticate')], [401, undefined])
    }
  })

  test('is not remembered for the next request: the cookie that comes of it opens nothing', async () => {
    const of = await share('sesame')
    const visitor = createVisitor(server.url)
    const answer = await visitor.readShare(of.uuid, 'sesame')
    expectOk(answer, shapes.sharedChat)
    assert.deepEqual([...visitor.cookies.keys()], ['neptun-device'])
    expectRow(await visitor.readShare(of.uuid), 'unauthorized', locked)
  })

  test('presented to an open share is not looked at', async () => {
    const of = await owner.share(await owner.createChat())
    for (const authorization of [basic(':whatever'), 'Basic !!!', 'Bearer x']) {
      expectOk(await present(of, authorization), shapes.sharedChat)
    }
  })

  test('opens HEAD as it opens GET', async () => {
    const of = await share('sesame')
    const ask = (authorization: string) =>
      anyone.send('HEAD', `/api/shared/chats/${of.uuid}`, { headers: { authorization } })
    assert.equal((await ask(basic(':sesame'))).status, 200)
    assert.equal((await ask(basic(':wrong'))).status, 401)
  })

  test('signs nobody in: an owner’s routes take sessions only', async () => {
    const answer = await anyone.get(owner.path(), {
      authorization: basic(`${owner.email}:${owner.password}`),
    })
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), null)
  })
})
