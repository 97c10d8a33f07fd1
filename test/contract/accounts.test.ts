import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { tokenHash } from '../../src/secrets/tokens.ts'
import { JUST_SIGNED_IN } from '../../src/sharing/limits.ts'
import { accountPassword, createVisitor, expectOk, logIn, signUp, type Visitor } from '../kit/client.ts'
import {
  expectAuthRefusal,
  expectForbidden,
  expectInvalid,
  expectNoSession,
  expectNotFound,
  expectPlain,
  expectRow,
} from '../kit/refusals.ts'
import { readAs, shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

const server = await startServer()
after(() => server.close())

const newEmail = () => `${randomUUID()}@example.org`
const visit = () => createVisitor(server.url)
const credentials = (email: string, password = accountPassword) => ({ json: { email, password } })
const isSignedIn = async (visitor: Visitor) => (await visitor.send('HEAD', '/api/auth/check')).status === 204

describe('signing up', () => {
  test('gives the user and a session at once', async () => {
    const visitor = visit()
    const email = newEmail()
    const answer = await visitor.send('POST', '/api/auth/sign-up', credentials(email))
    const { user } = expectOk(answer, shapes.signedIn)
    assert.equal(user.primary_email, email)
    assert.equal(await isSignedIn(visitor), true)
  })

  test('works with a form as well as with JSON', async () => {
    const visitor = visit()
    const form = { email: newEmail(), password: accountPassword }
    expectOk(await visitor.send('POST', '/api/auth/sign-up', { form }), shapes.signedIn)
    assert.equal(await isSignedIn(visitor), true)
  })

  test('says that an email is taken, in every spelling of it', async () => {
    const name = randomUUID()
    await signUp(server.url, { email: `andré.${name}@example.org` })
    const spellings = [
      `andré.${name}@example.org`,
      ` André.${name}@EXAMPLE.org `,
      `andre\u0301.${name}@example.org`,
    ]
    for (const email of spellings) {
      expectAuthRefusal(await visit().send('POST', '/api/auth/sign-up', credentials(email)), 409)
    }
  })

  test('takes passwords of 8 to 256 characters', async () => {
    for (const password of ['eight888', 'x'.repeat(256)]) {
      const answer = await visit().send('POST', '/api/auth/sign-up', credentials(newEmail(), password))
      expectOk(answer, shapes.signedIn)
    }
    for (const password of ['', 'seven77', 'x'.repeat(257)]) {
      const answer = await visit().send('POST', '/api/auth/sign-up', credentials(newEmail(), password))
      expectInvalid(answer)
    }
  })

  for (const [what, json] of Object.entries({
    'no body at all': undefined,
    'an empty body': {},
    'no password': { email: 'a@example.org' },
    'no email': { password: accountPassword },
    'an email that is none': { email: 'nobody', password: accountPassword },
    'an email of 257 characters': { email: `${'a'.repeat(245)}@example.org`, password: accountPassword },
    'an email that is a number': { email: 5, password: accountPassword },
    'a password that is a number': { email: 'a@example.org', password: 1234567890 },
    'a password that is null': { email: 'a@example.org', password: null },
    'a NUL in the email': { email: 'a\0b@example.org', password: accountPassword },
    'a NUL in the password': { email: 'nul@example.org', password: 'eight\u0000888' },
    'a lone surrogate in the email': { email: 'a\ud800@example.org', password: accountPassword },
    'a lone surrogate in the password': { email: 'lone@example.org', password: 'eight\udc00888' },
    'a password that everybody tries first': { email: 'easy@example.org', password: 'password' },
    'a line break in the email': { email: 'a@example.org\nb@example.org', password: accountPassword },
    'an array': [],
    'a string': 'hello',
    null: null,
  })) {
    test(`with ${what} is a 400 that names email and password`, async () => {
      const answer = await visit().send('POST', '/api/auth/sign-up', json === undefined ? {} : { json })
      expectInvalid(answer, 'Bad Request. Invalid body(email, password).')
    })
  }

  test('can be closed', async () => {
    const closed = await startServer({ env: { SIGN_UP: 'closed' } })
    try {
      const visitor = createVisitor(closed.url)
      expectForbidden(await visitor.send('POST', '/api/auth/sign-up', credentials(newEmail())))
      assert.equal(visitor.cookies.size, 0)
    } finally {
      await closed.close()
    }
  })
})

describe('logging in', () => {
  test('gives the user and a session', async () => {
    const person = await signUp(server.url)
    const visitor = visit()
    const { user } = expectOk(
      await visitor.send('POST', '/api/auth/login', credentials(person.email)),
      shapes.signedIn,
    )
    assert.deepEqual(user, { id: person.id, primary_email: person.email })
    assert.equal(await isSignedIn(visitor), true)
  })

  test('works with a form', async () => {
    const { email, password } = await signUp(server.url)
    const answer = await visit().send('POST', '/api/auth/login', { form: { email, password } })
    expectOk(answer, shapes.signedIn)
  })

  test('finds the account however the email is spelled', async () => {
    const name = randomUUID()
    await signUp(server.url, { email: `Zoë.${name}@Example.org` })
    for (const email of [`zoë.${name}@example.org`, `  ZOE\u0308.${name}@EXAMPLE.ORG  `]) {
      expectOk(await visit().send('POST', '/api/auth/login', credentials(email)), shapes.signedIn)
    }
  })

  test('accepts a password in either normal form of Unicode', async () => {
    const person = await signUp(server.url, { password: 'café-crème' })
    const answer = await visit().send(
      'POST',
      '/api/auth/login',
      credentials(person.email, 'cafe\u0301-cre\u0300me'),
    )
    expectOk(answer, shapes.signedIn)
  })

  test('answers the same bytes whether or not the email has an account', async () => {
    const person = await signUp(server.url)
    const known = await visit().send('POST', '/api/auth/login', credentials(person.email, 'wrong password'))
    const unknown = await visit().send('POST', '/api/auth/login', credentials(newEmail(), 'wrong password'))
    expectAuthRefusal(known, 401, 'Invalid credentials')
    assert.equal(known.text, unknown.text)
    assert.deepEqual([...known.headers.keys()].toSorted(), [...unknown.headers.keys()].toSorted())
  })

  test('calls a password of any length merely wrong', async () => {
    const person = await signUp(server.url)
    for (const password of ['', 'x', 'x'.repeat(5000)]) {
      const answer = await visit().send('POST', '/api/auth/login', credentials(person.email, password))
      expectAuthRefusal(answer, 401, 'Invalid credentials')
    }
  })

  test('without a password is a 400 that names what is expected', async () => {
    const answer = await visit().send('POST', '/api/auth/login', { json: { email: newEmail() } })
    expectInvalid(answer, 'Bad Request. Invalid body(email, password).')
    const { data } = readAs(shapes.validationError, answer)
    assert.ok(
      data.issues.some(({ path }) => path[0] === 'password'),
      answer.text,
    )
  })

  test('revokes the session that was presented and gives a new one', async () => {
    const person = await signUp(server.url)
    const before = new Map(person.cookies)
    await person.send('POST', '/api/auth/login', credentials(person.email))
    assert.notDeepEqual(person.cookies, before)
    assert.equal(await isSignedIn(person), true)
    const thief = visit()
    thief.cookies.set('neptun-session', before.get('neptun-session') ?? '')
    assert.equal(await isSignedIn(thief), false)
  })

  test('leaves sessions on other devices alone', async () => {
    const person = await signUp(server.url)
    const phone = await logIn(person)
    assert.equal(await isSignedIn(phone), true)
    assert.equal(await isSignedIn(person), true)
  })
})

describe('logging out', () => {
  test('ends the session at once and clears the cookie', async () => {
    const person = await signUp(server.url)
    const token = person.cookies.get('neptun-session') ?? ''
    expectOk(await person.send('POST', '/api/auth/logout'), shapes.true)
    assert.equal(person.cookies.has('neptun-session'), false)
    const thief = visit()
    thief.cookies.set('neptun-session', token)
    assert.equal(await isSignedIn(thief), false)
  })

  test('answers false when nobody was signed in', async () => {
    expectOk(await visit().send('POST', '/api/auth/logout'), shapes.false)
    const stranger = visit()
    stranger.cookies.set('neptun-session', 'not-a-session')
    expectOk(await stranger.send('POST', '/api/auth/logout'), shapes.false)
  })

  test('ends only this session', async () => {
    const person = await signUp(server.url)
    const phone = await logIn(person)
    await phone.send('POST', '/api/auth/logout')
    assert.equal(await isSignedIn(person), true)
  })
})

describe('asking whether one is signed in', () => {
  test('is a 204 with a session and a 401 without', async () => {
    const person = await signUp(server.url)
    const yes = await person.send('HEAD', '/api/auth/check')
    assert.deepEqual([yes.status, yes.text], [204, ''])
    const no = await visit().send('HEAD', '/api/auth/check')
    assert.deepEqual([no.status, no.text], [401, ''])
  })

  for (const value of ['', 'x', '../../etc/passwd', '%00', 'a'.repeat(3000), '"quoted"', "' or 1=1 --"]) {
    test(`is a 401 with the session cookie ${JSON.stringify(value.slice(0, 20))}`, async () => {
      const answer = await visit().send('HEAD', '/api/auth/check', {
        headers: { cookie: `neptun-session=${value}` },
      })
      assert.equal(answer.status, 401)
    })
  }
})

describe('an account', () => {
  test('is shown to its owner', async () => {
    const person = await signUp(server.url)
    const { user } = expectOk(await person.get(person.path()), shapes.user)
    assert.equal(user.id, person.id)
    assert.equal(user.primary_email, person.email)
    assert.equal(user.email_verified, false)
  })

  test('is shown to nobody else, and nobody learns that it exists', async () => {
    const person = await signUp(server.url)
    const other = await signUp(server.url)
    expectNoSession(await visit().get(person.path()))
    const there = await other.get(person.path())
    const notThere = await other.get('/api/users/2147483647')
    expectNotFound(there, 'User not found')
    assert.equal(there.text, notThere.text)
  })

  test('can get another email, which must be free', async () => {
    const person = await signUp(server.url)
    const other = await signUp(server.url)
    const email = newEmail()
    const json = { email, current_password: person.password }
    const { user } = expectOk(await person.send('PATCH', person.path(), { json }), shapes.user)
    assert.equal(user.primary_email, email)
    assert.equal(user.email_verified, false)
    expectOk(await visit().send('POST', '/api/auth/login', credentials(email)), shapes.signedIn)
    expectAuthRefusal(await visit().send('POST', '/api/auth/login', credentials(person.email)), 401)
    const taken = { email: other.email.toUpperCase(), current_password: person.password }
    expectAuthRefusal(await person.send('PATCH', person.path(), { json: taken }), 409)
  })

  test('keeps its session when only the email changes', async () => {
    const person = await signUp(server.url)
    const json = { email: newEmail(), current_password: person.password }
    expectOk(await person.send('PATCH', person.path(), { json }), shapes.user)
    assert.equal(await isSignedIn(person), true)
  })

  test('can get another password, which ends all sessions and gives the asker a new one', async () => {
    const person = await signUp(server.url)
    const phone = await logIn(person)
    const old = person.cookies.get('neptun-session') ?? ''
    const json = { password: 'another password', current_password: person.password }
    expectOk(await person.send('PATCH', person.path(), { json }), shapes.user)
    assert.notEqual(person.cookies.get('neptun-session'), old)
    assert.equal(await isSignedIn(person), true)
    assert.equal(await isSignedIn(phone), false)
    const thief = visit()
    thief.cookies.set('neptun-session', old)
    assert.equal(await isSignedIn(thief), false)
    expectAuthRefusal(await visit().send('POST', '/api/auth/login', credentials(person.email)), 401)
    const answer = await visit().send(
      'POST',
      '/api/auth/login',
      credentials(person.email, 'another password'),
    )
    expectOk(answer, shapes.signedIn)
  })

  test('is not changed without the current password', async () => {
    const person = await signUp(server.url)
    const wrong = { email: newEmail(), current_password: 'wrong password' }
    expectPlain(await person.send('PATCH', person.path(), { json: wrong }), 403, 'Forbidden')
    expectInvalid(await person.send('PATCH', person.path(), { json: { email: newEmail() } }))
    const { user } = expectOk(await person.get(person.path()), shapes.user)
    assert.equal(user.primary_email, person.email)
  })

  test('is not changed to what sign-up would refuse', async () => {
    const person = await signUp(server.url)
    for (const change of [
      { password: 'short' },
      { email: 'nobody' },
      { password: 'x'.repeat(257) },
      { email: '' },
    ]) {
      const json = { ...change, current_password: person.password }
      expectInvalid(await person.send('PATCH', person.path(), { json }))
    }
    expectOk(await visit().send('POST', '/api/auth/login', credentials(person.email)), shapes.signedIn)
  })

  test('is changed and deleted by nobody else', async () => {
    const person = await signUp(server.url)
    const other = await signUp(server.url)
    const json = { email: newEmail(), current_password: other.password }
    expectNotFound(await other.send('PATCH', person.path(), { json }), 'User not found')
    expectNotFound(await other.send('DELETE', person.path()), 'User not found')
    expectNotFound(await other.send('DELETE', person.path('/sessions')), 'User not found')
    expectNoSession(await visit().send('DELETE', person.path()))
    assert.equal(await isSignedIn(person), true)
  })

  test('can be deleted with all its chats, shares and sessions', async () => {
    const person = await signUp(server.url)
    const phone = await logIn(person)
    const share = await person.share(await person.createChat())
    assert.equal((await visit().readShare(share.uuid)).status, 200)
    const token = person.cookies.get('neptun-session') ?? ''
    expectOk(await person.send('DELETE', person.path()), shapes.true)
    assert.equal(await isSignedIn(phone), false)
    const thief = visit()
    thief.cookies.set('neptun-session', token)
    expectNoSession(await thief.get(person.path()))
    expectRow(await visit().readShare(share.uuid), 'notFound')
    expectAuthRefusal(await visit().send('POST', '/api/auth/login', credentials(person.email)), 401)
  })

  test('is deleted in a session that began a while ago only with its password once more', async () => {
    const person = await signUp(server.url)
    const token = person.cookies.get('neptun-session') ?? ''
    const store = await openStoreAt(server.database.url)
    const began = Date.now() - JUST_SIGNED_IN - 60_000
    await store.write
      .updateTable('sessions')
      .set({ created_at: began })
      .where('token_hash', '=', tokenHash(token))
      .execute()
    await store.close()
    const deleteWith = (json?: object) =>
      person.send('DELETE', person.path(), json === undefined ? {} : { json })
    expectForbidden(await deleteWith())
    expectForbidden(await deleteWith({}))
    expectForbidden(await deleteWith({ current_password: 'not the password' }))
    expectInvalid(await deleteWith({ current_password: 1 }))
    assert.equal(await isSignedIn(person), true)
    const later = await logIn(person)
    expectForbidden(await later.send('DELETE', later.path(), { json: { current_password: 'wrong' } }))
    expectOk(await deleteWith({ current_password: person.password }), shapes.true)
    assert.equal(await isSignedIn(later), false)
  })

  test('leaves its email free and nothing of itself behind for the next account', async () => {
    const person = await signUp(server.url)
    await person.share(await person.createChat())
    await person.send('DELETE', person.path())
    const next = await signUp(server.url, { email: person.email })
    assert.notEqual(next.id, person.id, 'an id is never given twice: old cookies and links must not reach it')
    assert.deepEqual(expectOk(await next.get(next.path('/chats')), shapes.chats).chats, [])
    assert.deepEqual(expectOk(await next.get(next.path('/shares')), shapes.shares).shares, [])
  })

  test('can be signed out everywhere, here too', async () => {
    const person = await signUp(server.url)
    const phone = await logIn(person)
    const token = person.cookies.get('neptun-session') ?? ''
    expectOk(await phone.send('DELETE', phone.path('/sessions')), shapes.true)
    for (const visitor of [person, phone]) assert.equal(await isSignedIn(visitor), false)
    const thief = visit()
    thief.cookies.set('neptun-session', token)
    expectNoSession(await thief.get(person.path('/chats')))
  })
})
