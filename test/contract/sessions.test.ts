import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { tokenHash } from '../../src/secrets/tokens.ts'
import { accountPassword, createVisitor, expectOk, signUp, type Question } from '../kit/client.ts'
import { expectPlain } from '../kit/refusals.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

const server = await startServer()
const behindTls = await startServer({ env: { PUBLIC_URL: 'https://share.example.org', SESSION_DAYS: '30' } })
const onTheNetwork = await startServer({ env: { HOST: '0.0.0.0' } })
after(() => Promise.all([server.close(), behindTls.close(), onTheNetwork.close()]))

const week = 7 * 24 * 60 * 60
const day = 24 * 60 * 60 * 1000

/** Changes what is stored of a session, as time would. */
async function changeStored(token: string, times: { renewed_at?: number; expires_at?: number }) {
  const store = await openStoreAt(server.database.url)
  await store.counters.updateTable('sessions').set(times).where('token_hash', '=', tokenHash(token)).execute()
  await store.close()
}

/** The attributes of a cookie that an answer sets, names in lower case. */
function cookieAttributes(headers: Headers, name: string): Map<string, string> {
  const line = headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`))
  assert.ok(line !== undefined, `no cookie ${name} among ${JSON.stringify(headers.getSetCookie())}`)
  return new Map(
    line
      .split(';')
      .slice(1)
      .map((attribute): [string, string] => {
        const [key = '', value = ''] = attribute.trim().split('=')
        return [key.toLowerCase(), value]
      }),
  )
}

async function newSession(url: string, question: Question = {}) {
  const visitor = createVisitor(url)
  const json = { email: `${crypto.randomUUID()}@example.org`, password: accountPassword }
  const answer = await visitor.send('POST', '/api/auth/sign-up', { json, ...question })
  expectOk(answer, shapes.signedIn)
  return { answer, visitor, token: visitor.cookies.get('neptun-session') ?? '' }
}

describe('the session cookie', () => {
  test('is out of reach of scripts and other sites, and lives 7 days', async () => {
    const { answer } = await newSession(server.url)
    const attributes = cookieAttributes(answer.headers, 'neptun-session')
    assert.equal(attributes.get('httponly'), '')
    assert.equal(attributes.get('samesite'), 'Lax')
    assert.equal(attributes.get('path'), '/')
    assert.equal(attributes.has('domain'), false)
    assert.equal(attributes.has('secure'), false)
    assert.equal(lifetime(attributes), week)
  })

  test('is Secure where the public URL is https, and lives as long as configured', async () => {
    const { answer } = await newSession(behindTls.url)
    const attributes = cookieAttributes(answer.headers, '__Host-neptun-session')
    assert.equal(attributes.has('secure'), true)
    assert.equal(attributes.get('path'), '/')
    assert.equal(attributes.has('domain'), false)
    assert.equal(lifetime(attributes), (30 / 7) * week)
  })

  test('is cleared with the same path when one logs out', async () => {
    const { visitor } = await newSession(server.url)
    const answer = await visitor.send('POST', '/api/auth/logout')
    const attributes = cookieAttributes(answer.headers, 'neptun-session')
    assert.equal(attributes.get('path'), '/')
    assert.equal(visitor.cookies.has('neptun-session'), false)
  })

  test('is a random token of at least 128 bits', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 5 }, async () => (await newSession(server.url)).token),
    )
    assert.equal(new Set(tokens).size, 5)
    for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{22,200}$/)
  })

  test('is kept by the store as its SHA-256 only', async () => {
    const { token } = await newSession(server.url)
    const content = await server.database.rawContent()
    assert.equal(content.includes(token), false)
    const hash = createHash('sha256').update(token).digest()
    const forms = (['latin1', 'hex', 'base64', 'base64url'] as const).map((form) => hash.toString(form))
    assert.ok(forms.some((form) => content.includes(form)))
  })

  test('is not renewed on every request', async () => {
    const { visitor } = await newSession(server.url)
    const answer = await visitor.send('HEAD', '/api/auth/check')
    assert.equal(answer.status, 204)
    assert.deepEqual(answer.headers.getSetCookie(), [])
  })

  test('is renewed, with its session, once a day has gone by', async () => {
    const { visitor, token } = await newSession(server.url)
    await changeStored(token, { renewed_at: Date.now() - day, expires_at: Date.now() + day })
    const answer = await visitor.send('HEAD', '/api/auth/check')
    assert.equal(answer.status, 204)
    assert.equal(lifetime(cookieAttributes(answer.headers, 'neptun-session')), week)
    assert.equal(visitor.cookies.get('neptun-session'), token)
    assert.deepEqual((await visitor.send('HEAD', '/api/auth/check')).headers.getSetCookie(), [])
  })

  test('is none once its days are over, for routes of an owner and for shares', async () => {
    const { visitor, token, answer } = await newSession(server.url)
    const { user } = expectOk(answer, shapes.signedIn)
    assert.equal((await visitor.get(`/api/users/${user.id}`)).status, 200)
    const owner = await signUp(server.url)
    const private_ = await owner.share(await owner.createChat(), { is_protected: true })
    assert.equal((await owner.readShare(private_.uuid)).status, 200)
    for (const ended of [token, owner.cookies.get('neptun-session') ?? '']) {
      await changeStored(ended, { expires_at: Date.now() - 1 })
    }
    assert.equal((await visitor.send('HEAD', '/api/auth/check')).status, 401)
    assert.equal((await visitor.get(`/api/users/${user.id}`)).status, 401)
    assert.equal((await owner.readShare(private_.uuid)).status, 401)
  })

  test('is none under another name, and none behind a forged one', async () => {
    const { token } = await newSession(server.url)
    for (const cookie of [
      `neptun-session2=${token}`,
      `neptun-session=forged; neptun-session2=${token}`,
      `neptun-session=forged; neptun-session=${token}`,
      `__Host-neptun-session=${token}`,
    ]) {
      const answer = await createVisitor(server.url).send('HEAD', '/api/auth/check', { headers: { cookie } })
      assert.equal(answer.status, 401, cookie)
    }
  })
})

async function isAlive(url: string, cookie: string): Promise<boolean> {
  const { status } = await createVisitor(url).send('HEAD', '/api/auth/check', { headers: { cookie } })
  return status === 204
}

describe('two session cookies', () => {
  test('of different values are no session, in whichever order: one of them is somebody else’s', async () => {
    const [mine, theirs] = await Promise.all([newSession(server.url), newSession(server.url)])
    for (const [one, other] of [
      [mine.token, theirs.token],
      [theirs.token, mine.token],
      [mine.token, 'none'],
      ['none', mine.token],
      ['', mine.token],
      [mine.token, ''],
    ]) {
      const cookie = `a=b; neptun-session=${one}; c=d; neptun-session=${other}`
      assert.equal(await isAlive(server.url, cookie), false, cookie)
    }
    assert.equal(
      await isAlive(server.url, `neptun-session=${mine.token}; neptun-session=${mine.token}`),
      true,
    )
  })

  test('of different values are none for routes of an owner, shares and pages either', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { is_protected: true })
    const other = await newSession(server.url)
    const cookie = `neptun-session=${owner.cookies.get('neptun-session')}; neptun-session=${other.token}`
    const visitor = createVisitor(server.url, { cookie })
    assert.equal((await visitor.get(owner.path())).status, 401)
    assert.equal((await visitor.readShare(share.uuid)).status, 401)
    assert.equal((await visitor.get(`/shared/chats/${share.uuid}`)).status, 401)
    assert.equal((await visitor.get('/api/auth/session')).text, 'null')
  })

  test('under https: the one under the new name wins, and what differs there is none', async () => {
    const { visitor } = await newSession(behindTls.url)
    const token = visitor.cookies.get('__Host-neptun-session') ?? ''
    const other = (await newSession(behindTls.url)).visitor.cookies.get('__Host-neptun-session') ?? ''
    const who = async (cookie: string) =>
      (await createVisitor(behindTls.url, { cookie }).get('/api/auth/session')).text
    const me = await who(`__Host-neptun-session=${token}`)
    assert.match(me, /primary_email/)
    for (const cookie of [
      `neptun-session=${other}; __Host-neptun-session=${token}`,
      `__Host-neptun-session=${token}; neptun-session=${other}; neptun-session=x`,
    ]) {
      assert.equal(await who(cookie), me, cookie)
    }
    for (const cookie of [
      `__Host-neptun-session=${token}; __Host-neptun-session=${other}`,
      `__Host-neptun-session=none; neptun-session=${token}`,
      `neptun-session=${token}; neptun-session=${other}`,
    ]) {
      assert.equal(await who(cookie), 'null', cookie)
    }
  })

  test('under https: one under the old name still counts, and both end when one logs out', async () => {
    const { visitor } = await newSession(behindTls.url)
    const cookie = `neptun-session=${visitor.cookies.get('__Host-neptun-session')}`
    assert.equal(await isAlive(behindTls.url, cookie), true)
    const answer = await createVisitor(behindTls.url, { cookie }).send('POST', '/api/auth/logout')
    for (const name of ['__Host-neptun-session', 'neptun-session']) {
      assert.equal(lifetime(cookieAttributes(answer.headers, name)), 0, name)
    }
    assert.equal(await isAlive(behindTls.url, cookie), false)
  })
})

function lifetime(attributes: ReadonlyMap<string, string>): number {
  const age = attributes.get('max-age')
  if (age !== undefined) return Number(age)
  return Math.round((Date.parse(attributes.get('expires') ?? '') - Date.now()) / 60_000) * 60
}

function logOutAs(host: string, origin: string) {
  return sendRaw(
    onTheNetwork.url.replace('0.0.0.0', '127.0.0.1'),
    `POST /api/auth/logout HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nContent-Length: 0\r\n\r\n`,
  )
}

describe('a request that changes something', () => {
  const ours = new URL(server.url).origin
  const accepted: Record<string, Record<string, string>> = {
    'from a program that sends neither header': {},
    'from a page of ours, by Sec-Fetch-Site': { 'sec-fetch-site': 'same-origin' },
    'from the address bar, by Sec-Fetch-Site': { 'sec-fetch-site': 'none' },
    'from our own origin': { origin: ours },
    'where Sec-Fetch-Site says same-origin, whatever Origin says': {
      'sec-fetch-site': 'same-origin',
      origin: 'https://elsewhere.example',
    },
  }
  const refused: Record<string, Record<string, string>> = {
    'from another site, by Sec-Fetch-Site': { 'sec-fetch-site': 'cross-site' },
    'from another subdomain, by Sec-Fetch-Site': { 'sec-fetch-site': 'same-site' },
    'with an unknown Sec-Fetch-Site': { 'sec-fetch-site': 'banana' },
    'from another site though Origin is ours': { 'sec-fetch-site': 'cross-site', origin: ours },
    'from another origin': { origin: 'https://elsewhere.example' },
    'from an opaque origin': { origin: 'null' },
    'from another port of this host': { origin: 'http://127.0.0.1:1' },
    'from our origin by https where we have none': { origin: ours.replace('http:', 'https:') },
    'from an origin that only begins as ours': { origin: `${ours}.elsewhere.example` },
    'from our host under another name': { origin: ours.replace('127.0.0.1', 'localhost') },
  }
  for (const [from, headers] of Object.entries(accepted)) {
    test(`${from} is accepted`, async () => {
      await newSession(server.url, { headers })
    })
  }
  for (const [from, headers] of Object.entries(refused)) {
    test(`${from} is refused before anything happens`, async () => {
      const person = await signUp(server.url)
      const json = { model: 'm', name: 'forged' }
      expectPlain(await person.send('POST', person.path('/chats'), { json, headers }), 403, 'Forbidden')
      assert.deepEqual(expectOk(await person.get(person.path('/chats')), shapes.chats).chats, [])
    })
  }

  for (const path of ['/api/auth/login', '/api/auth/sign-up', '/api/auth/logout']) {
    test(`is refused from another site on ${path} too`, async () => {
      const person = await signUp(server.url)
      const json = { email: person.email, password: person.password }
      const headers = { origin: 'https://elsewhere.example' }
      const answer = await person.send('POST', path, { json, headers })
      assert.equal(answer.status, 403)
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assert.equal((await person.send('HEAD', '/api/auth/check')).status, 204)
    })
  }

  test('is refused from another site on unlock too', async () => {
    const person = await signUp(server.url)
    const share = await person.share(await person.createChat(), { password: 'sesame' })
    const visitor = createVisitor(server.url)
    const answer = await visitor.send('POST', `/api/shared/chats/${share.uuid}/unlock`, {
      json: { password: 'sesame' },
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    assert.equal(answer.status, 403)
    assert.equal(visitor.cookies.size, 0)
  })

  test('is refused from another site by DELETE and PATCH', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const headers = { origin: 'https://elsewhere.example' }
    const path = person.path(`/chats/${chat.id}`)
    expectPlain(await person.send('DELETE', path, { headers }), 403)
    expectPlain(await person.send('PATCH', path, { json: { name: 'forged' }, headers }), 403)
    assert.equal(expectOk(await person.get(path), shapes.chat).chat.name, chat.name)
  })

  test('must come from the public URL where that is set, not from the host it arrived at', async () => {
    await newSession(behindTls.url, { headers: { origin: 'https://share.example.org' } })
    const visitor = createVisitor(behindTls.url)
    const json = { email: 'a@example.org', password: accountPassword }
    for (const origin of [behindTls.url, 'http://share.example.org', 'https://share.example.org:8443']) {
      expectPlain(await visitor.send('POST', '/api/auth/sign-up', { json, headers: { origin } }), 403)
    }
  })

  test('is judged by the Host header where no public URL is set', async () => {
    assert.equal((await logOutAs('chats.lan:8080', 'http://chats.lan:8080')).status, 200)
    assert.equal((await logOutAs('chats.lan:8080', 'http://chats.lan')).status, 403)
  })
})

test('reading from another site is no change: GET is never refused for its origin', async () => {
  const person = await signUp(server.url)
  const share = await person.share(await person.createChat())
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }
  const answer = await createVisitor(server.url).readShare(share.uuid, undefined, headers)
  assert.equal(answer.status, 200)
})

test('no other site is ever let in by CORS headers', async () => {
  const person = await signUp(server.url)
  const share = await person.share(await person.createChat())
  const headers = {
    origin: 'https://elsewhere.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  const path = `/api/shared/chats/${share.uuid}`
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
    const answer = await person.send(method, path, { headers })
    const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control'))
    assert.deepEqual(cors, [], method)
  }
})
