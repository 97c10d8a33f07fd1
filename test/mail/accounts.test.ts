import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { JUST_SIGNED_IN } from '../../src/sharing/limits.ts'
import { accountPassword, createVisitor, expectOk, logIn, signUp, type Visitor } from '../kit/client.ts'
import { anotherThan, codeIn, startMailServer } from '../kit/mail-server.ts'
import { runOperator } from '../kit/operator.ts'
import { openRawConnection, type RawAnswer } from '../kit/raw-socket.ts'
import { expectAuthRefusal, expectInvalid, expectPlain, expectRow, info } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** Whose an account's email is: proved by a code, and with it the account. */

const mails = await startMailServer()
const server = await startServer({ env: { ...mails.env, TRUST_PROXY: '1' } })
after(async () => {
  await server.close()
  await mails.close()
})
const owner = await signUp(server.url)
const listed = info({ isPrivate: true, whitelist: true })
const newEmail = () => `${randomUUID()}@reader.example`

let addresses = 0
function stranger(): Visitor {
  addresses++
  return createVisitor(server.url, { 'x-forwarded-for': `203.0.113.${addresses}` })
}

async function askToSignIn(visitor: Visitor, email: string): Promise<string> {
  const answer = await visitor.send('POST', '/api/auth/codes', { json: { email } })
  assert.deepEqual([answer.status, answer.text], [204, ''])
  return codeIn(await mails.next(email))
}
const signInBy = (visitor: Visitor, email: string, code: string) =>
  visitor.send('POST', '/api/auth/login', { json: { email, code } })
const isSignedIn = async (visitor: Visitor) => (await visitor.send('HEAD', '/api/auth/check')).status === 204

/** Sends a request but for the end of its body. @returns sends that, and reads the answer */
async function beginPost(visitor: Visitor, path: string, json: object): Promise<() => Promise<RawAnswer>> {
  const body = JSON.stringify(json)
  const head = {
    Host: new URL(visitor.url).host,
    Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    Expect: '100-continue',
  }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`)
  const connection = openRawConnection(visitor.url)
  connection.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  await connection.continued
  connection.write(body.slice(0, 5))
  return async () => {
    connection.write(body.slice(5))
    const answer = await connection.answer
    connection.close()
    return answer
  }
}

describe('confirming the address of an account', () => {
  test('takes a code from the mail, and opens what is shared with it', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const share = await owner.share(await owner.createChat(), { emails: [person.email] })
    expectRow(await person.readShare(share.uuid), 'notListed', listed)
    const path = person.path('/email-verification')
    const asked = await person.send('POST', path)
    assert.deepEqual([asked.status, asked.text], [204, ''])
    const code = codeIn(await mails.next(person.email))
    expectPlain(await person.send('POST', path, { json: { code: anotherThan(code) } }), 403, 'Forbidden')
    const { user } = expectOk(await person.send('POST', path, { json: { code } }), shapes.user)
    assert.equal(user.email_verified, true)
    expectOk(await person.readShare(share.uuid), shapes.sharedChat)
    // Nothing of the account ended: whoever has its session and its mail is who they were.
    assert.equal(await isSignedIn(person), true)
    await logIn(person)
  })

  test('is for the account’s own address: a code for a former one confirms nothing', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const path = person.path('/email-verification')
    await person.send('POST', path)
    const code = codeIn(await mails.next(person.email))
    const change = { email: newEmail(), current_password: person.password }
    expectOk(await person.send('PATCH', person.path(), { json: change }), shapes.user)
    expectPlain(await person.send('POST', path, { json: { code } }), 403, 'Forbidden')
    const { user } = expectOk(await person.get(person.path()), shapes.user)
    assert.equal(user.email_verified, false)
  })

  test('is no way into somebody else’s account', async () => {
    const [person, other] = [await signUp(server.url), await signUp(server.url)]
    assert.equal((await other.send('POST', person.path('/email-verification'))).status, 404)
    assert.equal((await stranger().send('POST', person.path('/email-verification'))).status, 401)
  })
})

describe('an address that isn’t confirmed', () => {
  test('hears the same of a list that has it as of one that hasn’t', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const on = await owner.share(await owner.createChat(), { emails: [person.email] })
    const off = await owner.share(await owner.createChat(), { emails: [newEmail()] })
    const byDomain = await owner.share(await owner.createChat(), { emails: ['@reader.example'] })
    for (const path of ['/api/shared/chats/', '/shared/chats/']) {
      const answers = await Promise.all([on, off, byDomain].map(({ uuid }) => person.get(path + uuid)))
      const seen = answers.map(({ status, text }, index) => ({
        status,
        text: text.replaceAll([on, off, byDomain][index]?.uuid ?? '-', 'uuid'),
      }))
      assert.deepEqual(seen[0]?.status, 403)
      assert.deepEqual(seen[1], seen[0])
      assert.deepEqual(seen[2], seen[0])
    }
    const { text } = await person.get(`/shared/chats/${off.uuid}`)
    assert.match(text, /Confirm your address first/)
    assert.doesNotMatch(text, /isn’t shared with/)
  })
})

describe('signing in by a code', () => {
  test('works once, and verifies the email', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const visitor = stranger()
    const code = await askToSignIn(visitor, person.email)
    expectAuthRefusal(await signInBy(visitor, person.email, anotherThan(code)), 401, 'Invalid credentials')
    const { user } = expectOk(await signInBy(visitor, person.email, code), shapes.signedIn)
    assert.equal(user.id, person.id)
    const account = expectOk(await visitor.get(person.path()), shapes.user)
    assert.equal(account.user.email_verified, true)
    expectAuthRefusal(await signInBy(stranger(), person.email, code), 401, 'Invalid credentials')
  })

  test('answers the same for an email without an account, and mails nothing', async () => {
    const [email, person] = [newEmail(), await signUp(server.url, { email: newEmail() })]
    const answers = await Promise.all(
      [email, person.email].map((one) =>
        stranger().send('POST', '/api/auth/codes', { json: { email: one } }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status, text }) => [status, text]),
      [
        [204, ''],
        [204, ''],
      ],
    )
    await mails.next(person.email)
    const refused = await Promise.all(
      [email, person.email].map((one) => signInBy(stranger(), one, '12345678')),
    )
    assert.equal(new Set(refused.map(({ status, text }) => `${status} ${text}`)).size, 1)
    await askToSignIn(stranger(), person.email)
    assert.equal(mails.received.filter(({ to }) => to === email).length, 0)
    expectInvalid(await stranger().send('POST', '/api/auth/codes', { json: { email: 'nobody' } }))
  })

  test('sets a forgotten password within 10 minutes, and no email', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const path = person.path('/email-verification')
    await person.send('POST', path)
    await person.send('POST', path, { json: { code: codeIn(await mails.next(person.email)) } })
    const visitor = stranger()
    await signInBy(visitor, person.email, await askToSignIn(visitor, person.email))
    // Verified before: the password still counts, and so does the other session.
    assert.equal(await isSignedIn(person), true)
    expectInvalid(await visitor.send('PATCH', person.path(), { json: { email: newEmail() } }))
    expectInvalid(await person.send('PATCH', person.path(), { json: { password: 'another password' } }))
    const json = { password: 'a new password' }
    expectOk(await visitor.send('PATCH', person.path(), { json }), shapes.user)
    assert.equal(await isSignedIn(visitor), true)
    assert.equal(await isSignedIn(person), false)
    await logIn({ ...person, password: 'a new password' })
    // The session that it began is one like any other.
    expectInvalid(await visitor.send('PATCH', person.path(), { json }))
  })

  test('sets no password later than that', async () => {
    const person = await signUp(server.url, { email: newEmail() })
    const visitor = stranger()
    await signInBy(visitor, person.email, await askToSignIn(visitor, person.email))
    const store = await openStoreAt(server.database.url)
    await store.write
      .updateTable('sessions')
      .set((eb) => ({ email_proved_at: eb('email_proved_at', '-', JUST_SIGNED_IN + 1) }))
      .where('user_id', '=', person.id)
      .execute()
    await store.close()
    expectInvalid(await visitor.send('PATCH', person.path(), { json: { password: 'a new password' } }))
  })
})

describe('a squatter', () => {
  test('loses the account to who proves its email, and sees nothing of theirs', async () => {
    const email = newEmail()
    const squatter = await signUp(server.url, { email })
    const elsewhere = await logIn(squatter)
    const share = await owner.share(await owner.createChat(), { emails: [email] })
    expectRow(await squatter.readShare(share.uuid), 'notListed', listed)

    const visitor = stranger()
    expectOk(await signInBy(visitor, email, await askToSignIn(visitor, email)), shapes.signedIn)
    expectOk(await visitor.readShare(share.uuid), shapes.sharedChat)
    for (const one of [squatter, elsewhere]) {
      assert.equal(await isSignedIn(one), false)
      expectRow(await one.readShare(share.uuid), 'unauthorized', listed)
    }
    const login = { json: { email, password: accountPassword } }
    expectAuthRefusal(await stranger().send('POST', '/api/auth/login', login), 401, 'Invalid credentials')
    expectAuthRefusal(
      await stranger().send('POST', '/api/auth/login', { json: { email, password: '' } }),
      401,
      'Invalid credentials',
    )
    // Nor does the password come back as the current one.
    const change = { password: 'squatters again', current_password: accountPassword }
    expectPlain(await visitor.send('PATCH', squatter.path(), { json: change }), 403, 'Forbidden')
  })

  test('does nothing more by requests that were on their way', async () => {
    const email = newEmail()
    const squatter = await signUp(server.url, { email })
    const chat = await squatter.createChat()
    const held = await Promise.all([
      beginPost(squatter, squatter.path('/tokens'), { name: 'for later', scope: 'write' }),
      beginPost(squatter, squatter.path('/webhooks'), {
        url: 'https://example.com/',
        events: ['share.viewed'],
      }),
      // Ids are no secret: this is the chat that the account's owner makes next.
      beginPost(squatter, squatter.path(`/chats/${chat.id + 1}/shares`), { is_protected: false }),
    ])
    const visitor = stranger()
    expectOk(await signInBy(visitor, email, await askToSignIn(visitor, email)), shapes.signedIn)
    const secret = { json: { model: 'm', name: 'For me alone' } }
    const made = expectOk(await visitor.send('POST', squatter.path('/chats'), secret), shapes.chat)
    assert.equal(made.chat.id, chat.id + 1)
    const answers = await Promise.all(held.map((finish) => finish()))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401],
    )
    assert.deepEqual((await visitor.get(squatter.path('/tokens'))).json(), { tokens: [] })
    assert.deepEqual((await visitor.get(squatter.path('/shares'))).json(), { shares: [] })
  })

  test('gets no chats of somebody who mistyped a new address: the account goes back to the confirmed one', async () => {
    const [email, mistyped] = [newEmail(), newEmail()]
    const person = await signUp(server.url, { email })
    const path = person.path('/email-verification')
    await person.send('POST', path)
    await person.send('POST', path, { json: { code: codeIn(await mails.next(email)) } })
    const chat = await person.createChat()
    const change = { email: mistyped, current_password: person.password }
    expectOk(await person.send('PATCH', person.path(), { json: change }), shapes.user)
    assert.match((await mails.next(email)).text, /was changed; this one no longer belongs to it/)

    const other = stranger()
    const { user } = expectOk(
      await signInBy(other, mistyped, await askToSignIn(other, mistyped)),
      shapes.signedIn,
    )
    assert.notEqual(user.id, person.id)
    assert.deepEqual((await other.get(`/api/users/${user.id}/chats`)).json(), { chats: [] })
    const after = expectOk(await person.get(person.path()), shapes.user)
    assert.deepEqual([after.user.primary_email, after.user.email_verified], [email, true])
    assert.equal((await person.get(person.path(`/chats/${chat.id}`))).status, 200)
  })

  test('keeps nobody from reading: a reader’s code needs no account', async () => {
    const email = newEmail()
    const squatter = await signUp(server.url, { email })
    const share = await owner.share(await owner.createChat(), { emails: [email] })
    const reader = stranger()
    await reader.send('POST', `/api/shared/chats/${share.uuid}/codes`, { json: { email } })
    const code = codeIn(await mails.next(email))
    await reader.send('POST', `/api/shared/chats/${share.uuid}/codes/verify`, { json: { email, code } })
    expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
    expectRow(await squatter.readShare(share.uuid), 'notListed', listed)
  })

  test('is warned of when the operator verifies', async () => {
    const squatter = await signUp(server.url, { email: newEmail() })
    const list = await runOperator(['list'], { database: server.database })
    assert.match(list.output, new RegExp(`not verified +${squatter.email}`))
    const run = await runOperator(['verify', squatter.email], { database: server.database })
    assert.equal(run.code, 0, run.output)
    assert.match(run.output, /made on \d{4}-\d\d-\d\d/)
    assert.match(run.output, /whoever made the account/i)
  })
})

describe('a server that takes no passwords and has nothing but mail', () => {
  const codesOnly = startServer({ env: { ...mails.env, PASSWORD_SIGN_IN: 'off' } })
  after(async () => (await codesOnly).close())

  test('makes an account by a code, on its pages, and signs in to it again', async () => {
    const { url } = await codesOnly
    const [email, visitor] = [newEmail(), createVisitor(url)]
    for (const path of ['/sign-in', '/sign-up']) {
      const { status, headers } = await visitor.get(`${path}?next=/links`)
      assert.deepEqual([status, headers.get('location')], [303, '/sign-in/code?next=/links'])
    }
    const page = await visitor.get('/sign-in/code')
    assert.match(page.text, /If you are new here, it makes your account/)
    assert.doesNotMatch(page.text, /your password/)
    const path = '/sign-in/code?next=/links'
    assert.equal((await visitor.send('POST', path, { form: { email } })).status, 200)
    const code = codeIn(await mails.next(email))
    assert.equal((await visitor.send('POST', path, { form: { email, code: anotherThan(code) } })).status, 401)
    const done = await visitor.send('POST', path, { form: { email, code } })
    assert.deepEqual([done.status, done.headers.get('location')], [303, '/links'])

    const again = createVisitor(url)
    await again.send('POST', '/api/auth/codes', { json: { email } })
    const answer = await signInBy(again, email, codeIn(await mails.next(email)))
    const { user } = expectOk(answer, shapes.signedIn)
    const account = expectOk(await again.get(`/api/users/${user.id}`), shapes.user)
    assert.equal(account.user.email_verified, true)
    const { events } = expectOk(await again.get(`/api/users/${user.id}/events`), shapes.events)
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['signed-in', 'account-created'],
    )
  })

  test('refuses passwords, and says what to do', async () => {
    const { url } = await codesOnly
    const json = { email: newEmail(), password: accountPassword }
    for (const path of ['/api/auth/sign-up', '/api/auth/login']) {
      const answer = await createVisitor(url).send('POST', path, { json })
      assert.equal(answer.status, 403)
      assert.match(answer.text, /by a code from a mail/)
    }
  })

  test('makes none where sign-up is closed: the operator adds them, without a password', async () => {
    const env = { ...mails.env, PASSWORD_SIGN_IN: 'off', SIGN_UP: 'closed' }
    const closed = await startServer({ env })
    try {
      const [email, added] = [newEmail(), newEmail()]
      const run = await runOperator(['add', added], { database: closed.database, env })
      assert.equal(run.code, 0, run.output)
      for (const one of [email, added]) {
        await createVisitor(closed.url).send('POST', '/api/auth/codes', { json: { email: one } })
      }
      const code = codeIn(await mails.next(added))
      assert.equal(mails.received.filter(({ to }) => to === email).length, 0)
      expectOk(await signInBy(createVisitor(closed.url), added, code), shapes.signedIn)
    } finally {
      await closed.close()
    }
  })
})
