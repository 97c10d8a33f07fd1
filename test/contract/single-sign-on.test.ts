import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { ADDRESS_SIGN_UPS } from '../../src/sharing/limits.ts'
import { accountPassword, createVisitor, expectOk, signUp, type Answer, type Visitor } from '../kit/client.ts'
import { freePort } from '../kit/free-port.ts'
import { codeIn, type MailServer, startMailServer } from '../kit/mail-server.ts'
import { type Claims, type OidcProvider, startOidcProvider, walkThrough } from '../kit/oidc-provider.ts'
import { runOperator } from '../kit/operator.ts'
import { expectNoSession, expectPlain } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'
import { until } from '../kit/until.ts'

/** Signing in by an OpenID Connect provider: a real one, on this machine. */

let provider: OidcProvider
let server: Server
let closed: Server
/** where nobody signs in or up otherwise */
let strict: Server
/** where the provider makes the accounts, mail goes out, and people come from many addresses */
let busy: Server
let mails: MailServer

before(async () => {
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()] as const
  provider = await startOidcProvider(ports.map((port) => `http://127.0.0.1:${port}`))
  const env = (index: 0 | 1 | 2 | 3) => ({ ...provider.env, PORT: String(ports[index]) })
  server = await startServer({ env: env(0) })
  closed = await startServer({ env: { ...env(1), SIGN_UP: 'closed', OPERATOR_CONTACT: 'ops desk' } })
  strict = await startServer({ env: { ...env(2), SIGN_UP: 'oidc', PASSWORD_SIGN_IN: 'off' } })
  mails = await startMailServer()
  busy = await startServer({ env: { ...env(3), ...mails.env, SIGN_UP: 'oidc', TRUST_PROXY: '1' } })
})
after(async () => {
  await Promise.all([server.close(), closed.close(), strict.close(), busy.close()])
  await Promise.all([provider.stop(), mails.close()])
})
beforeEach(() => {
  provider.forge = undefined
  provider.isSignedByOther = false
})

const someone = (claims: Partial<Claims> = {}): Claims => ({
  sub: randomUUID(),
  email: `${randomUUID()}@corp.example`,
  email_verified: true,
  ...claims,
})

/** Leaves for the provider and comes back from it. @returns the path that it leads back to */
async function leave(visitor: Visitor, person: Claims | undefined, next?: string): Promise<string> {
  provider.person = person
  const begun = await visitor.get(
    `/auth/oidc${next === undefined ? '' : `?next=${encodeURIComponent(next)}`}`,
  )
  assert.equal(begun.status, 303, begun.text)
  const back = await walkThrough(provider, begun.headers.get('location') ?? '')
  assert.ok(back.startsWith(visitor.url), back)
  return back.slice(visitor.url.length)
}

async function signOn(visitor: Visitor, person: Claims | undefined, next?: string): Promise<Answer> {
  return visitor.get(await leave(visitor, person, next))
}

async function whoIs(
  visitor: Visitor,
): Promise<{ id: number; email: string; isVerified: boolean } | undefined> {
  const session = (await visitor.get('/api/auth/session')).json() as { user: { id: number } } | null
  if (!session) return undefined
  const { user } = expectOk(await visitor.get(`/api/users/${session.user.id}`), shapes.user)
  return { id: user.id, email: user.primary_email, isVerified: user.email_verified }
}

/** What a server says one may sign in by. */
async function methods(of: Server): Promise<unknown> {
  return (await createVisitor(of.url).get('/api/auth/methods')).json()
}

/** A page that says what went wrong, and nobody is signed in. */
async function expectFailed(answer: Answer, visitor: Visitor, status: number, words: RegExp): Promise<void> {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(answer.text, words)
  assert.match(answer.text, /href="\/auth\/oidc/)
  assert.equal(await whoIs(visitor), undefined)
  assert.equal(visitor.cookies.has('neptun-sign-on'), false)
}

describe('signing in by the provider', () => {
  test('makes an account whose email counts, and finds it again', async () => {
    const person = someone({ email: `Grace.${randomUUID()}@Corp.Example` })
    const visitor = createVisitor(server.url)
    const answer = await signOn(visitor, person, '/links?x=1')
    assert.equal(answer.status, 303, answer.text)
    assert.equal(answer.headers.get('location'), '/links?x=1')
    const me = await whoIs(visitor)
    assert.deepEqual([me?.email, me?.isVerified], [person.email?.toLowerCase(), true])
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { emails: [person.email ?? ''] })
    expectOk(await visitor.readShare(share.uuid), shapes.sharedChat)

    const phone = createVisitor(server.url)
    await signOn(phone, { ...person, email: 'renamed@corp.example' })
    assert.deepEqual(await whoIs(phone), me)
    const { events } = expectOk(await phone.get(`/api/users/${me?.id}/events`), shapes.events)
    assert.deepEqual(
      events.map(({ kind, detail }) => [kind, detail]),
      [
        ['signed-in', 'single sign-on'],
        ['account-created', 'single sign-on'],
      ],
    )
  })

  test('leads nowhere but to this server after', async () => {
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const answer = await signOn(createVisitor(server.url), someone(), next)
      assert.equal(answer.headers.get('location'), '/', next)
    }
    // Nor where the browser's cookie says something else.
    const visitor = createVisitor(server.url)
    const back = await leave(visitor, someone(), '/links')
    const kept = (visitor.cookies.get('neptun-sign-on') ?? '').split('.').slice(0, 3)
    visitor.cookies.set(
      'neptun-sign-on',
      [...kept, Buffer.from('//evil.example').toString('base64url')].join('.'),
    )
    assert.equal((await visitor.get(back)).headers.get('location'), '/')
  })

  test('opens the account that has the verified email, with all it has', async () => {
    const email = `${randomUUID()}@corp.example`
    await runOperator(['add', email], { database: server.database, password: 'correct horse battery' })
    const visitor = createVisitor(server.url)
    await visitor.send('POST', '/api/auth/login', { json: { email, password: 'correct horse battery' } })
    const before = await whoIs(visitor)
    const other = createVisitor(server.url)
    assert.equal((await signOn(other, someone({ email }))).status, 303)
    assert.deepEqual(await whoIs(other), before)
    // It was verified: nothing of it ends.
    assert.deepEqual(await whoIs(visitor), before)
  })

  test('takes over an unverified claim to the email, and ends all that opened it', async () => {
    const person = someone()
    const squatter = await signUp(server.url, { email: person.email ?? '' })
    const chat = await squatter.createChat()
    const json = { name: 'mine', scope: 'write' }
    const { token } = expectOk(
      await squatter.send('POST', squatter.path('/tokens'), { json }),
      shapes.newToken,
    )
    const visitor = createVisitor(server.url)
    assert.equal((await signOn(visitor, person)).status, 303)
    const me = await whoIs(visitor)
    assert.deepEqual([me?.id, me?.isVerified], [squatter.id, true])
    expectOk(await visitor.get(squatter.path(`/chats/${chat.id}`)), shapes.chat)
    expectNoSession(await squatter.get(squatter.path()))
    const login = { email: squatter.email, password: squatter.password }
    const again = createVisitor(server.url)
    assert.equal((await again.send('POST', '/api/auth/login', { json: login })).status, 401)
    for (const password of ['', ' ']) {
      const tried = await again.send('POST', '/api/auth/login', { json: { ...login, password } })
      assert.equal(tried.status, 401)
    }
    const authorization = `Bearer ${token.token}`
    assert.equal((await createVisitor(server.url).get('/api/auth/session', { authorization })).status, 401)
    expectPlain(await squatter.send('POST', squatter.path('/tokens'), { json }), 401)
  })

  test('with an email that the provider has not verified meets no account', async () => {
    const owner = await signUp(server.url)
    for (const email_verified of [false, undefined, 'true' as unknown as boolean]) {
      const visitor = createVisitor(server.url)
      const person = {
        sub: randomUUID(),
        email: owner.email,
        ...(email_verified === undefined ? {} : { email_verified }),
      }
      await expectFailed(await signOn(visitor, person), visitor, 403, /hasn’t confirmed/)
    }
    expectOk(await owner.get(owner.path()), shapes.user)
  })

  test('with an unverified email that nobody has makes an account that proves nothing', async () => {
    const person = someone({ email_verified: false })
    const visitor = createVisitor(server.url)
    assert.equal((await signOn(visitor, person)).status, 303)
    assert.equal((await whoIs(visitor))?.isVerified, false)
    // Once the provider has verified it, it counts.
    await signOn(visitor, { ...person, email_verified: true })
    assert.equal((await whoIs(visitor))?.isVerified, true)
  })

  test('without an email says what is missing', async () => {
    const visitor = createVisitor(server.url)
    await expectFailed(await signOn(visitor, { sub: randomUUID() }), visitor, 403, /doesn’t tell your email/)
  })

  test('that somebody breaks off is no error of theirs', async () => {
    const visitor = createVisitor(server.url)
    await expectFailed(await signOn(visitor, undefined), visitor, 403, /You are not signed in/)
  })

  test('replaces the session that was there before', async () => {
    const before = await signUp(server.url)
    const old = before.cookies.get('neptun-session') ?? ''
    assert.equal((await signOn(before, someone())).status, 303)
    assert.notEqual((await whoIs(before))?.id, before.id)
    const thief = createVisitor(server.url)
    thief.cookies.set('neptun-session', old)
    assert.equal(await whoIs(thief), undefined)
  })

  test('twice at once makes one account', async () => {
    const person = someone()
    const visitors = Array.from({ length: 4 }, () => createVisitor(server.url))
    const backs: string[] = []
    for (const visitor of visitors) backs.push(await leave(visitor, person))
    await Promise.all(visitors.map((visitor, index) => visitor.get(backs[index] ?? '')))
    const them = await Promise.all(visitors.map(whoIs))
    assert.ok(them[0])
    assert.equal(new Set(them.map((one) => one?.id)).size, 1)
  })
})

/** Changes the address that one comes back to. */
function changed(back: string, name: string, value: string | undefined): string {
  const url = new URL(back, server.url)
  if (value === undefined) url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  return url.pathname + url.search
}

describe('what comes back from the provider', () => {
  const cannot = /This sign-in can’t be finished/

  test('counts in the browser alone that left for it', async () => {
    const attacker = createVisitor(server.url)
    const back = await leave(attacker, someone())
    const victim = createVisitor(server.url)
    await expectFailed(await victim.get(back), victim, 400, cannot)
    await victim.get('/auth/oidc')
    await expectFailed(await victim.get(back), victim, 400, cannot)
  })

  test('must have the state that was sent, and the issuer that was asked', async () => {
    const changes: readonly [name: string, value: string | undefined][] = [
      ['state', 'wrong'],
      ['state', undefined],
      ['iss', 'https://evil.example'],
      ['iss', undefined],
      ['code', 'wrong'],
      ['code', undefined],
    ]
    for (const [name, value] of changes) {
      const visitor = createVisitor(server.url)
      const back = await leave(visitor, someone())
      await expectFailed(await visitor.get(changed(back, name, value)), visitor, 400, cannot)
      // Nor is it good for another try.
      await expectFailed(await visitor.get(back), visitor, 400, cannot)
    }
  })

  test('is told in an ID token of this nonce, issuer, audience, time and key, or not at all', async () => {
    const forgeries: readonly ((claims: Record<string, unknown>) => Record<string, unknown>)[] = [
      (claims) => ({ ...claims, nonce: 'another' }),
      (claims) => ({ ...claims, nonce: undefined }),
      (claims) => ({ ...claims, iss: 'https://evil.example' }),
      (claims) => ({ ...claims, aud: 'another-client' }),
      (claims) => ({ ...claims, aud: ['neptun', 'another-client'], azp: 'another-client' }),
      (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 600 }),
    ]
    for (const forge of forgeries) {
      provider.forge = forge
      const visitor = createVisitor(server.url)
      await expectFailed(await signOn(visitor, someone()), visitor, 400, cannot)
    }
    const again = createVisitor(server.url)
    provider.forge = (claims) => claims
    assert.equal((await signOn(again, someone())).status, 303)
    provider.isSignedByOther = true
    const visitor = createVisitor(server.url)
    await expectFailed(await signOn(visitor, someone()), visitor, 400, cannot)
  })

  test('proves the browser that left by PKCE, and the nonce that it keeps', async () => {
    for (const part of [1, 2]) {
      const visitor = createVisitor(server.url)
      const back = await leave(visitor, someone())
      const kept = (visitor.cookies.get('neptun-sign-on') ?? '').split('.')
      kept[part] = 'x'.repeat(43)
      visitor.cookies.set('neptun-sign-on', kept.join('.'))
      await expectFailed(await visitor.get(back), visitor, 400, cannot)
    }
  })

  test('is used once: a code that is sent again signs nobody in', async () => {
    const visitor = createVisitor(server.url)
    const back = await leave(visitor, someone())
    const kept = visitor.cookies.get('neptun-sign-on') ?? ''
    assert.equal((await visitor.get(back)).status, 303)
    const thief = createVisitor(server.url)
    thief.cookies.set('neptun-sign-on', kept)
    await expectFailed(await thief.get(back), thief, 400, cannot)
  })

  test('asks the provider nothing where nothing was begun', async () => {
    const before = provider.countTokens()
    const visitor = createVisitor(server.url)
    await expectFailed(await visitor.get('/auth/oidc/callback?code=x&state=y'), visitor, 400, cannot)
    assert.equal(provider.countTokens(), before)
  })

  test('leaves no codes, tokens or emails in the log', async () => {
    const person = someone()
    provider.forge = (claims) => ({ ...claims, nonce: 'another', email: person.email })
    const visitor = createVisitor(server.url)
    const back = await leave(visitor, person)
    await visitor.get(back)
    const code = new URL(back, server.url).searchParams.get('code') ?? ''
    await until('the failure in the log', () => /Single sign-on failed/.test(server.output()))
    const output = server.output()
    for (const secret of [code, person.email ?? '', person.sub, provider.env['OIDC_CLIENT_SECRET'] ?? '']) {
      assert.ok(secret !== '' && !output.includes(secret))
    }
  })
})

describe('a server with single sign-on', () => {
  test('tells what one may sign in by', async () => {
    const single_sign_on = { name: 'Neptune Corp' }
    assert.deepEqual(await methods(server), { password: true, sign_up: 'open', single_sign_on })
    assert.deepEqual(await methods(closed), { password: true, sign_up: 'closed', single_sign_on })
    assert.deepEqual(await methods(strict), { password: false, sign_up: 'oidc', single_sign_on })
  })

  test('where sign-up is closed lets in who has an account, and nobody else', async () => {
    const visitor = createVisitor(closed.url)
    const words = /New accounts are closed\. On this server its operator \(ops desk\)/
    await expectFailed(await signOn(visitor, someone()), visitor, 403, words)
    const email = `${randomUUID()}@corp.example`
    await runOperator(['add', email], { database: closed.database, password: 'correct horse battery' })
    assert.equal((await signOn(visitor, someone({ email }))).status, 303)
    assert.equal((await whoIs(visitor))?.email, email)
  })

  test('and without passwords takes none, and makes accounts by the provider alone', async () => {
    const visitor = createVisitor(strict.url)
    const json = { email: `${randomUUID()}@corp.example`, password: 'correct horse battery' }
    assert.equal((await visitor.send('POST', '/api/auth/sign-up', { json })).status, 403)
    await runOperator(['add', json.email], { database: strict.database, password: json.password })
    for (const password of [json.password, 'wrong password']) {
      const answer = await visitor.send('POST', '/api/auth/login', { json: { ...json, password } })
      assert.equal(answer.status, 403)
    }
    assert.equal((await visitor.send('POST', '/sign-in', { form: json })).status, 403)
    assert.equal((await visitor.send('POST', '/sign-up', { form: json })).status, 403)
    assert.equal((await signOn(visitor, someone())).status, 303)
    assert.ok(await whoIs(visitor))
  })

  test('makes no account by a code, not even for whose address somebody mistyped', async () => {
    const [email, mistyped] = [`${randomUUID()}@corp.example`, `${randomUUID()}@other.example`]
    await runOperator(['add', email], { database: busy.database, password: accountPassword })
    const person = createVisitor(busy.url)
    await person.send('POST', '/api/auth/login', { json: { email, password: accountPassword } })
    const me = await whoIs(person)
    const json = { email: mistyped, current_password: accountPassword }
    expectOk(await person.send('PATCH', `/api/users/${me?.id}`, { json }), shapes.user)

    const other = createVisitor(busy.url)
    assert.equal((await other.send('POST', '/api/auth/codes', { json: { email: mistyped } })).status, 204)
    const code = codeIn(await mails.next(mistyped))
    const answer = await other.send('POST', '/api/auth/login', { json: { email: mistyped, code } })
    assert.equal(answer.status, 401)
    assert.equal(await whoIs(other), undefined)
    assert.equal((await whoIs(person))?.email, mistyped)
    // By the provider they get one, and the account goes back to the address that was confirmed.
    assert.equal((await signOn(other, someone({ email: mistyped }))).status, 303)
    assert.equal((await whoIs(other))?.email, mistyped)
    assert.notEqual((await whoIs(other))?.id, me?.id)
    assert.equal((await whoIs(person))?.email, email)
  })

  test('makes so many accounts for one address in an hour, as signing up does, and lets in who has one', async () => {
    const address = '203.0.113.7'
    const from = () => createVisitor(busy.url, { 'x-forwarded-for': address })
    const first = someone()
    assert.equal((await signOn(from(), first)).status, 303)
    const store = await openStoreAt(busy.database.url)
    await store.counters
      .updateTable('try_counters')
      .set({ count: ADDRESS_SIGN_UPS.limit })
      .where('subject', '=', `sign-up from ${address}`)
      .execute()
    await store.close()
    const refused = from()
    await expectFailed(await signOn(refused, someone()), refused, 429, /Too many new accounts/)
    assert.equal((await signOn(from(), first)).status, 303)
    assert.equal((await signOn(createVisitor(busy.url), someone())).status, 303)
  })

  test('has a button on its pages that leads on to where one wanted to go', async () => {
    const anyone = createVisitor(server.url)
    for (const path of ['/sign-in', '/sign-up']) {
      const { text } = await anyone.get(`${path}?next=/links`)
      assert.match(
        text,
        /<a class="other-action" href="\/auth\/oidc\?next=\/links">Continue with Neptune Corp<\/a>/,
      )
      assert.match(text, /name="password"/)
    }
    for (const path of ['/sign-in', '/sign-up']) {
      const { text } = await createVisitor(strict.url).get(path)
      assert.match(text, /<a class="main-action" href="\/auth\/oidc">Continue with Neptune Corp<\/a>/)
      assert.doesNotMatch(text, /name="password"/)
    }
  })

  test('says that it lets in who is listed, to them and to the owner', async () => {
    const owner = await signUp(server.url)
    const claimed = await signUp(server.url)
    const email = `${randomUUID()}@corp.example`
    const share = await owner.share(await owner.createChat(), { emails: [email, claimed.email] })
    for (const one of [email, claimed.email]) {
      const answer = await owner.send('POST', owner.sharePath(share, '/preview'), { json: { email: one } })
      const { outcome, hint } = expectOk(answer, shapes.preview)
      assert.deepEqual([outcome, /signed in by single sign-on/.test(hint ?? '')], ['show', true])
    }
    const path = `/shared/chats/${share.uuid}`
    const button = `<a class="main-action" href="/auth/oidc?next=${path}">Continue with Neptune Corp</a>`
    const visitor = createVisitor(server.url)
    for (const one of [visitor, claimed]) {
      const { text } = await one.get(path)
      assert.ok(text.includes(button), text)
      assert.doesNotMatch(text, /operator/)
    }
    const back = await signOn(visitor, someone({ email }), path)
    assert.equal(back.headers.get('location'), path)
    assert.match((await visitor.get(path)).text, /orbits backwards/)
  })

  test('starts and serves while the provider is down, and signs in once it is back', async (t) => {
    await provider.stop()
    const port = new URL(strict.url).port
    await strict.close()
    strict = await startServer({ env: { ...provider.env, PORT: port } })
    t.after(() => provider.start().catch(() => undefined))
    const owner = await signUp(strict.url)
    const share = await owner.share(await owner.createChat())
    const visitor = createVisitor(strict.url)
    expectOk(await visitor.readShare(share.uuid), shapes.sharedChat)
    const down = await visitor.get('/auth/oidc')
    await expectFailed(down, visitor, 503, /Neptune Corp doesn’t answer/)
    assert.match(down.headers.get('retry-after') ?? '', /^\d+$/)
    await provider.start()
    const back = await leave(visitor, someone())
    await provider.stop()
    await expectFailed(await visitor.get(back), visitor, 503, /doesn’t answer/)
    await provider.start()
    assert.equal((await signOn(visitor, someone())).status, 303)
  })
})

test('a server without single sign-on has no trace of it', async (t) => {
  const plain = await startServer()
  t.after(() => plain.close())
  const visitor = createVisitor(plain.url)
  assert.equal((await visitor.get('/auth/oidc')).status, 404)
  assert.equal((await visitor.get('/auth/oidc/callback?code=x&state=y')).status, 404)
  assert.doesNotMatch((await visitor.get('/sign-in')).text, /Continue with/)
})
