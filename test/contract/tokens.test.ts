import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { newAccessToken } from '../../src/secrets/access-token.ts'
import { tokenHash } from '../../src/secrets/tokens.ts'
import { createVisitor, expectOk, signUp, type Person, type Visitor } from '../kit/client.ts'
import {
  expectForbidden,
  expectInvalid,
  expectNoSession,
  expectNotFound,
  expectPlain,
} from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** Tokens with which programs act for an account. */

const server = await startServer()
const trusting = await startServer({ env: { UNVERIFIED_EMAILS: 'trust' } })
after(() => Promise.all([server.close(), trusting.close()]))

type Wanted = { readonly name?: string; readonly scope?: string; readonly expires_at?: string | null }

async function newToken(person: Person, wanted: Wanted = {}) {
  const json = { name: 'CI', scope: 'write', ...wanted }
  return expectOk(await person.send('POST', person.path('/tokens'), { json }), shapes.newToken).token
}

async function tokensOf(person: Person) {
  return expectOk(await person.get(person.path('/tokens')), shapes.tokens).tokens
}

/** A program that has nothing but a token. */
function program(url: string, token: string): Visitor {
  return createVisitor(url, { authorization: `Bearer ${token}`, 'user-agent': 'curl/8.5.0' })
}

/** A token's program, and all kinds of routes with what each answers to a token that counts. */
async function setUp(scope: 'read' | 'write') {
  const owner = await signUp(server.url)
  const chat = await owner.createChat()
  const share = await owner.share(chat, { is_protected: true })
  const { id, token } = await newToken(owner, { scope })
  return { owner, chat, share, id, token, curl: program(server.url, token) }
}

describe('a token', () => {
  test('stands for a session on routes of an owner and of a reader', async () => {
    const { owner, chat, share, curl } = await setUp('write')
    expectOk(await curl.get(owner.path('/chats')), shapes.chats)
    const json = { model: 'm', name: 'From CI' }
    const made = expectOk(await curl.send('POST', owner.path('/chats'), { json }), shapes.chat)
    assert.equal(made.chat.name, 'From CI')
    const path = owner.path(`/chats/${chat.id}/shares`)
    expectOk(await curl.send('POST', path, { json: { max_views: 7 } }), shapes.share)
    expectOk(await curl.readShare(share.uuid), shapes.sharedChat)
    assert.equal((await curl.get(`/shared/chats/${share.uuid}`, { accept: 'text/markdown' })).status, 200)
    expectOk(await curl.send('POST', `/api/shared/chats/${share.uuid}/copy`), shapes.chat)
    const me = await curl.get('/api/auth/session')
    assert.deepEqual(me.json(), { user: { id: owner.id, primary_email: owner.email } })
    assert.equal((await curl.send('HEAD', '/api/auth/check')).status, 204)
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 401)
  })

  test("opens nobody else's things, and doesn't say that they are there", async () => {
    const { curl } = await setUp('write')
    const other = await signUp(server.url)
    expectNotFound(await curl.get(other.path('/chats')), 'User not found')
  })

  test('proves its account on a whitelist, with the password beside it by unlock', async () => {
    const owner = await signUp(trusting.url)
    const reader = await signUp(trusting.url)
    const share = await owner.share(await owner.createChat(), { emails: [reader.email] })
    const curl = program(trusting.url, (await newToken(reader, { scope: 'read' })).token)
    expectOk(await curl.readShare(share.uuid), shapes.sharedChat)
    await owner.changeShare(share, { password: 'open sesame' })
    assert.equal((await curl.readShare(share.uuid)).status, 401)
    assert.equal((await curl.unlock(share.uuid, 'open sesame')).status, 204)
    expectOk(await curl.readShare(share.uuid), shapes.sharedChat)
    await owner.changeShare(share, { emails: ['somebody@example.org'] })
    assert.equal((await curl.readShare(share.uuid)).status, 403)
  })

  test('of an unverified account proves no email', async () => {
    const { owner, chat } = await setUp('read')
    const reader = await signUp(server.url)
    const share = await owner.share(chat, { emails: [reader.email] })
    const curl = program(server.url, (await newToken(reader)).token)
    assert.equal((await curl.readShare(share.uuid)).status, 403)
  })

  test('with the scope read looks and changes nothing', async () => {
    const { owner, chat, share, curl } = await setUp('read')
    expectOk(await curl.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
    expectOk(await curl.readShare(share.uuid), shapes.sharedChat)
    expectOk(await curl.send('POST', owner.sharePath(share, '/preview')), shapes.preview)
    const writes: [method: string, path: string, json?: unknown][] = [
      ['POST', owner.path('/chats'), { model: 'm', name: 'n' }],
      ['DELETE', owner.path('/chats'), { chat_ids: [chat.id] }],
      ['PATCH', owner.path(`/chats/${chat.id}`), { name: 'n' }],
      ['PATCH', owner.sharePath(share), { is_protected: false }],
      ['POST', owner.sharePath(share, '/rotate')],
      ['DELETE', owner.sharePath(share)],
      ['POST', owner.sharePath(share, '/whitelist-entries'), ['a@example.org']],
      ['POST', owner.path('/imports'), {}],
      ['POST', `/api/shared/chats/${share.uuid}/copy`],
    ]
    for (const [method, path, json] of writes) {
      const answer = await curl.send(method, path, json === undefined ? {} : { json })
      assert.equal(answer.status, 403, `${method} ${path} → ${answer.status} ${answer.text}`)
    }
    assert.deepEqual(await owner.findShare(share), share)
  })

  test('opens no accounts, sessions or tokens', async () => {
    const { owner, id, curl } = await setUp('write')
    const refused: [method: string, path: string, json?: unknown][] = [
      ['GET', owner.path()],
      ['PATCH', owner.path(), { password: 'another password', current_password: owner.password }],
      ['DELETE', owner.path(), { current_password: owner.password }],
      ['GET', owner.path('/sessions')],
      ['DELETE', owner.path('/sessions')],
      ['DELETE', owner.path('/sessions/1')],
      ['GET', owner.path('/tokens')],
      ['POST', owner.path('/tokens'), { name: 'more', scope: 'write' }],
      ['DELETE', owner.path(`/tokens/${id}`)],
      ['POST', '/api/auth/login', { email: owner.email, password: owner.password }],
      ['POST', '/api/auth/sign-up', { email: 'new@example.org', password: 'long enough' }],
      ['POST', '/api/auth/logout'],
      ['GET', '/sign-in'],
      ['GET', '/sign-in/new-password'],
      ['GET', '/confirm-email'],
      ['POST', '/confirm-email'],
    ]
    for (const [method, path, json] of refused) {
      const answer = await curl.send(method, path, json === undefined ? {} : { json })
      assert.equal(answer.status, 403, `${method} ${path} → ${answer.status} ${answer.text}`)
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
    expectOk(await owner.get(owner.path()), shapes.user)
  })

  test('counts alone: a cookie beside it counts for nothing', async () => {
    const { owner, token } = await setUp('write')
    const other = await signUp(server.url)
    const authorization = `Bearer ${token}`
    expectNotFound(await other.get(other.path('/chats'), { authorization }), 'User not found')
    expectOk(await other.get(owner.path('/chats'), { authorization }), shapes.chats)
  })

  test('is sent by no other site: no browser sends it unasked, and a program may say what it likes', async () => {
    const { owner, curl } = await setUp('write')
    const json = { model: 'm', name: 'n' }
    const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    expectOk(await curl.send('POST', owner.path('/chats'), { json, headers }), shapes.chat)
    const allowed = await curl.send('OPTIONS', owner.path('/chats'), { headers })
    assert.equal(allowed.headers.get('access-control-allow-headers'), null)
    // Without one, the cookie doesn't do.
    assert.equal((await owner.send('POST', owner.path('/chats'), { json, headers })).status, 403)
    const basic = { ...headers, authorization: 'Bearer something' }
    assert.equal((await owner.send('POST', owner.path('/chats'), { json, headers: basic })).status, 403)
  })
})

/** A 401 in the shape of each family of routes. */
async function expectRefused(token: string, { uuid }: { uuid: string }, person: Person) {
  const curl = program(server.url, token)
  const json = { email: person.email, password: person.password }
  for (const answer of [
    await curl.get(person.path('/chats')),
    await curl.readShare(uuid),
    await curl.send('POST', `/api/shared/chats/${uuid}/unlock`, { json: { password: 'x' } }),
    await curl.get(`/shared/chats/${uuid}`),
    await curl.get('/api/auth/session'),
    await curl.send('POST', '/api/auth/login', { json }),
    await curl.get('/health'),
  ]) {
    assert.equal(answer.status, 401, `${answer.request} → ${answer.status}`)
    assert.equal(answer.headers.get('www-authenticate'), null)
  }
  expectNoSession(await curl.get(person.path('/chats')))
  assert.match((await curl.get('/health')).text, /This token is wrong, has expired or was revoked/)
}

describe('a token that is wrong, has expired or was revoked', () => {
  test('is a 401 everywhere, also where no session is needed', async () => {
    const { owner, chat, token, id } = await setUp('write')
    const open = await owner.share(chat, { is_protected: false })
    await expectRefused(newAccessToken(), open, owner)
    await expectRefused(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, open, owner)
    await expectRefused('npt_', open, owner)
    expectOk(await owner.send('DELETE', owner.path(`/tokens/${id}`)), shapes.true)
    await expectRefused(token, open, owner)
    expectOk(await createVisitor(server.url).readShare(open.uuid), shapes.sharedChat)
  })

  test('ends at its time to the moment', async () => {
    const { owner, share } = await setUp('write')
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    const { token, expires_at: expiresAt } = await newToken(owner, { expires_at: soon })
    assert.equal(expiresAt, soon)
    expectOk(await program(server.url, token).get(owner.path('/chats')), shapes.chats)
    const store = await openStoreAt(server.database.url)
    const change = store.write.updateTable('access_tokens').set({ expires_at: Date.now() - 1 })
    await change.where('token_hash', '=', tokenHash(token)).execute()
    await store.close()
    await expectRefused(token, share, owner)
    const [listed] = await tokensOf(owner)
    assert.ok(listed?.expires_at && Date.parse(listed.expires_at) < Date.now())
  })

  test('ends with its account', async () => {
    const { owner, share, token } = await setUp('write')
    const other = await setUp('read')
    const json = { current_password: owner.password }
    expectOk(await owner.send('DELETE', owner.path(), { json }), shapes.true)
    await expectRefused(token, share, other.owner)
  })

  test('is still none of our business where it never was one', async () => {
    const { owner, chat } = await setUp('write')
    const open = await owner.share(chat, { is_protected: false })
    const answer = await createVisitor(server.url).readShare(open.uuid, undefined, {
      authorization: 'Bearer somebody-else',
    })
    expectOk(answer, shapes.sharedChat)
  })
})

describe("an account's tokens", () => {
  test('are listed without themselves, with when they were used, and revoked one by one', async () => {
    const owner = await signUp(server.url)
    assert.deepEqual(await tokensOf(owner), [])
    const first = await newToken(owner, { name: ' Nightly ', scope: 'read' })
    const second = await newToken(owner)
    const listed = await tokensOf(owner)
    assert.deepEqual(
      listed.map(({ id, name, scope }) => [id, name, scope]),
      [
        [second.id, 'CI', 'write'],
        [first.id, 'Nightly', 'read'],
      ],
    )
    assert.deepEqual(
      listed.map(({ last_used_at }) => last_used_at),
      [null, null],
    )
    await program(server.url, first.token).get(owner.path('/chats'))
    const [unused, used] = await tokensOf(owner)
    assert.equal(unused?.last_used_at, null)
    assert.ok(Math.abs(Date.parse(used?.last_used_at ?? '') - Date.now()) < 60_000)
    expectOk(await owner.send('DELETE', owner.path(`/tokens/${first.id}`)), shapes.true)
    assert.deepEqual(
      (await tokensOf(owner)).map(({ id }) => id),
      [second.id],
    )
    expectNotFound(await owner.send('DELETE', owner.path(`/tokens/${first.id}`)), 'Token not found')
  })

  test("are nobody else's to see or to revoke", async () => {
    const { owner, id, curl } = await setUp('write')
    const other = await signUp(server.url)
    expectNotFound(await other.get(owner.path('/tokens')), 'User not found')
    expectNotFound(await other.send('DELETE', other.path(`/tokens/${id}`)), 'Token not found')
    expectOk(await curl.get(owner.path('/chats')), shapes.chats)
    expectNoSession(await createVisitor(server.url).get(owner.path('/tokens')))
  })

  test('are kept by the store as their SHA-256 only', async () => {
    const { token } = await setUp('write')
    const content = await server.database.rawContent()
    assert.equal(content.includes(token), false)
    assert.ok(content.includes(createHash('sha256').update(token).digest('base64url')))
  })

  test('need a name and a scope, and a time to come', async () => {
    const owner = await signUp(server.url)
    const wrong = [
      {},
      { name: 'CI' },
      { name: '', scope: 'read' },
      { name: '  ', scope: 'read' },
      { name: 'x'.repeat(61), scope: 'read' },
      { name: 'CI', scope: 'admin' },
      { name: 'CI', scope: 'read', expires_at: '2020-01-01T00:00:00Z' },
      { name: 'CI', scope: 'read', expires_at: 'soon' },
      { name: 'CI', scope: 'read', expire_at: '2999-01-01T00:00:00Z' },
    ]
    for (const json of wrong) expectInvalid(await owner.send('POST', owner.path('/tokens'), { json }))
    assert.deepEqual(await tokensOf(owner), [])
  })

  test('are at most 100, however many are asked for at once', async () => {
    const owner = await signUp(server.url)
    const json = { name: 'CI', scope: 'read' }
    const asked = Array.from({ length: 110 }, () => owner.send('POST', owner.path('/tokens'), { json }))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 200).length, 100)
    assert.equal(statuses.filter((status) => status === 413).length, 10)
    expectPlain(await owner.send('POST', owner.path('/tokens'), { json }), 413)
  })

  test('leave their names in the log of what they did', async () => {
    const { owner, share, id, curl } = await setUp('write')
    await curl.send('PATCH', owner.sharePath(share), { json: { is_shared: false } })
    await owner.send('DELETE', owner.path(`/tokens/${id}`))
    const { events } = expectOk(await owner.get(owner.path('/events?limit=3')), shapes.events)
    assert.deepEqual(
      events.map(({ kind, by, detail }) => [kind, by.token, by.client, by.session === null, detail]),
      [
        ['token-revoked', undefined, 'node', false, undefined],
        ['share-paused', 'CI', 'curl', true, undefined],
        ['token-created', undefined, 'node', false, 'write'],
      ],
    )
    assert.ok(!server.output().includes('npt_'))
  })

  test('stay when the password changes and everyone is signed out', async () => {
    const { owner, curl } = await setUp('write')
    expectOk(await owner.send('DELETE', owner.path('/sessions')), shapes.true)
    expectForbidden(await curl.get(owner.path('/sessions')))
    expectOk(await curl.get(owner.path('/chats')), shapes.chats)
  })
})
