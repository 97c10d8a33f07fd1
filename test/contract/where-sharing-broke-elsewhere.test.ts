import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, expectOk, greeting, signUp } from '../kit/client.ts'
import { recordAt } from '../kit/json.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

/** What went wrong in other software that shares chats, documents or secrets: a promise for each. */

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const stranger = createVisitor(server.url)
const signedIn = await signUp(server.url)

test("knowing a chat's id opens nothing: not by itself, not as a link, not by sharing it again", async () => {
  const chat = await owner.createChat()
  expectRow(await stranger.readShare(String(chat.id)), 'notFound')
  for (const path of [owner.path(`/chats/${chat.id}`), owner.path(`/chats/${chat.id}/messages`)]) {
    assert.equal((await stranger.get(path)).status, 401)
    assert.equal((await signedIn.get(path)).status, 404)
  }
  const stolen = await signedIn.send('POST', signedIn.path(`/chats/${chat.id}/shares`), { json: {} })
  assert.equal(stolen.status, 404)
  assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).text, 'null')
})

test('no route is open by omission: without a session every one refuses, but those made for everyone', async () => {
  const forEveryone = new Set([
    'POST /api/auth/sign-up',
    'POST /api/auth/login',
    'POST /api/auth/logout',
    'HEAD /api/auth/check',
    'GET /api/auth/session',
    'GET /api/auth/methods',
    'POST /api/auth/codes',
    'POST /api/auth/passkeys/options',
    'POST /api/auth/passkeys',
    'DELETE /api/auth/reader',
    'GET /api/server',
  ])
  const chat = await owner.createChat()
  const share = await owner.share(chat)
  const paths = recordAt((await stranger.get('/openapi.json')).json(), 'paths') ?? {}
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(recordAt(item) ?? {}).map((method): [string, string] => [method.toUpperCase(), path]),
  )
  const closed = routes.filter(
    ([method, path]) =>
      path.startsWith('/api/') && !path.startsWith('/api/shared/') && !forEveryone.has(`${method} ${path}`),
  )
  assert.ok(closed.length >= 25)
  for (const [method, template] of closed) {
    const path = template
      .replace('{user_id}', String(owner.id))
      .replace('{chat_id}', String(chat.id))
      .replace('{share_id}', String(share.id))
      .replaceAll(/\{\w+\}/g, '1')
    assert.equal((await stranger.send(method, path)).status, 401, `${method} ${template}`)
  }
})

test('a share only reads, and only its own chat: nothing else of the owner comes with it', async () => {
  const secret = await owner.createChat(
    [{ content: 'nobody else may read this', role: 'user' }],
    'Secret chat',
  )
  const share = await owner.share(await owner.createChat(greeting, 'A telling title'))
  for (const visitor of [stranger, signedIn]) {
    const { text } = await visitor.readShare(share.uuid)
    assert.doesNotMatch(text, /nobody else|Secret chat|telling title|triton-1|@example/)
    const { chatMessages } = expectOk(await visitor.readShare(share.uuid), shapes.sharedChat)
    assert.equal(chatMessages.length, greeting.length)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const [path, status] of [
        [`/api/shared/chats/${share.uuid}`, 405],
        [`/api/shared/chats/${share.uuid}/messages`, 404],
      ] as const) {
        assert.equal((await visitor.send(method, path, { json: { content: 'x' } })).status, status)
      }
    }
  }
  expectOk(await owner.get(owner.path(`/chats/${secret.id}`)), shapes.chat)
})

test('script in a message is data: it comes back as JSON or text, never as a page', async () => {
  const payload = '<script>alert(1)</script><img src=x onerror=alert(1)>'
  const share = await owner.share(await owner.createChat([{ content: payload, role: 'assistant' }]))
  for (const accept of ['application/json', 'text/markdown', 'text/html', '*/*']) {
    const answer = await stranger.readShare(share.uuid, undefined, { accept })
    assert.match(answer.headers.get('content-type') ?? '', /^(application\/json|text\/markdown)/)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  }
})

test('search engines are told to keep out of every share, open ones too', async () => {
  const share = await owner.share(await owner.createChat())
  const robots = (await stranger.readShare(share.uuid)).headers.get('x-robots-tag')
  assert.equal(robots, 'noindex, nofollow, noarchive')
})

test('a share that was just shown is refused to the next request after it is withdrawn', async () => {
  const share = await owner.share(await owner.createChat())
  for (let round = 0; round < 20; round++) {
    expectOk(await stranger.readShare(share.uuid), shapes.sharedChat)
    await owner.changeShare(share, { is_shared: false })
    expectRow(await stranger.readShare(share.uuid), 'inactive')
    await owner.changeShare(share, { is_shared: true })
  }
})

test('proofs in headers reach the decision: the same URL refuses and shows in turn', async () => {
  const share = await owner.share(await owner.createChat(), { password: 'sesame' })
  for (let round = 0; round < 10; round++) {
    expectOk(await stranger.readShare(share.uuid, 'sesame'), shapes.sharedChat)
    expectRow(await stranger.readShare(share.uuid), 'unauthorized', info({ isPrivate: true, password: true }))
  }
})

test('private with no password and no list is private: for the owner alone', async () => {
  const share = await owner.share(await owner.createChat(), { is_protected: true })
  expectRow(await stranger.readShare(share.uuid), 'unauthorized', info({ isPrivate: true }))
  expectRow(await signedIn.readShare(share.uuid), 'notListed', info({ isPrivate: true }))
  expectOk(await owner.readShare(share.uuid), shapes.sharedChat)
})

test('passwords are stored as argon2id only', async () => {
  const password = 'Zq8-plainly-visible'
  const person = await signUp(server.url, { password })
  const share = await person.share(await person.createChat(), { password: `${password}-too` })
  await stranger.readShare(share.uuid, `${password}-too`)
  const stored = await server.database.rawContent()
  assert.doesNotMatch(stored, /plainly-visible/)
  for (const form of ['base64', 'hex'] as const) {
    assert.equal(stored.includes(Buffer.from(password).toString(form).slice(0, 20)), false)
  }
  assert.match(stored, /\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/)
})

test('a password matches as a whole, not as a pattern or a prefix', async () => {
  const share = await owner.share(await owner.createChat(), { password: 's%same_' })
  for (const wrong of ['%', '_______', 's%', 's', 's%same', 'sesame1']) {
    assert.equal((await stranger.readShare(share.uuid, wrong)).status, 401, wrong)
  }
  expectOk(await stranger.readShare(share.uuid, 's%same_'), shapes.sharedChat)
})

test('a colon in a password cuts nothing off', async () => {
  const share = await owner.share(await owner.createChat(), { password: 'a:b:c' })
  for (const wrong of ['a', 'a:b', 'b:c', 'c'])
    assert.equal((await stranger.readShare(share.uuid, wrong)).status, 401)
  expectOk(await stranger.readShare(share.uuid, 'a:b:c'), shapes.sharedChat)
})

test('a huge id is a 400, and 1e0 is no id', async () => {
  for (const id of ['99999999999999999999', '1e0']) {
    assert.equal((await owner.get(owner.path(`/chats/${id}`))).status, 400)
    assert.equal((await owner.get(`/api/users/${id}/chats`)).status, 400)
  }
})

test('a conversation keeps its order, also when all of it was written in the same millisecond', async () => {
  const messages = Array.from({ length: 300 }, (_, i) => ({ content: `${i}`, role: 'user' as const }))
  const share = await owner.share(await owner.createChat(messages))
  const { chatMessages } = expectOk(await stranger.readShare(share.uuid), shapes.sharedChat)
  assert.deepEqual(
    chatMessages.map(({ content }) => content),
    messages.map(({ content }) => content),
  )
})

test('the unlock cookie is not the password, and a password in the URL is ignored', async () => {
  const share = await owner.share(await owner.createChat(), { password: 'sesame' })
  const reader = createVisitor(server.url)
  await reader.unlock(share.uuid, 'sesame')
  const value = reader.cookies.get(`neptun-unlock-${share.uuid}`) ?? ''
  assert.ok(value.length > 43)
  assert.doesNotMatch(`${value} ${Buffer.from(value, 'base64').toString('latin1')}`, /sesame/)
  const withPassword = createVisitor(server.url)
  withPassword.cookies.set(`neptun-unlock-${share.uuid}`, 'sesame')
  assert.equal((await withPassword.readShare(share.uuid)).status, 401)
  assert.equal((await stranger.get(`/api/shared/chats/${share.uuid}?password=sesame&pw=sesame`)).status, 401)
})

test('guessing a password ends after 10 tries', async () => {
  const share = await owner.share(await owner.createChat(), { password: 'sesame' })
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) statuses.push((await stranger.readShare(share.uuid, `guess ${i}`)).status)
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429])
})

test('who guesses locks out only themselves', async () => {
  const proxied = await startServer({ env: { TRUST_PROXY: '1' } })
  try {
    const person = await signUp(proxied.url)
    const share = await person.share(await person.createChat(), { password: 'sesame' })
    const guesser = createVisitor(proxied.url, { 'x-forwarded-for': '198.51.100.1' })
    for (let i = 0; i < 15; i++) await guesser.readShare(share.uuid, `guess ${i}`)
    const reader = createVisitor(proxied.url, { 'x-forwarded-for': '198.51.100.2' })
    expectOk(await reader.readShare(share.uuid, 'sesame'), shapes.sharedChat)
  } finally {
    await proxied.close()
  }
})

test('a limit of views holds when all its readers come at once', async () => {
  const share = await owner.share(await owner.createChat(), { max_views: 1 })
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => createVisitor(server.url).readShare(share.uuid)),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})

test('an unlocked share asks again once its password is another', async () => {
  const share = await owner.share(await owner.createChat(), { password: 'sesame' })
  const reader = createVisitor(server.url)
  await reader.unlock(share.uuid, 'sesame')
  expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
  await owner.changeShare(share, { password: 'another' })
  expectRow(await reader.readShare(share.uuid), 'unauthorized', info({ isPrivate: true, password: true }))
  expectRow(
    await stranger.readShare(share.uuid, 'sesame'),
    'unauthorized',
    info({ isPrivate: true, password: true }),
  )
})

test("a link can't be guessed: it is a random UUID, and two have nothing in common", async () => {
  const links = await Promise.all(
    Array.from({ length: 20 }, async () => (await owner.share(await owner.createChat([]))).uuid),
  )
  assert.equal(new Set(links).size, 20)
  assert.equal(new Set(links.map((uuid) => uuid.slice(0, 8))).size, 20)
  for (const uuid of links)
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
