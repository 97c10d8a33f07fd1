import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Visitor } from '../kit/client.ts'
import { anotherThan, codeIn, startMailServer } from '../kit/mail-server.ts'
import { expectInvalid, expectPlain, expectRow, info } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

/** Reading a share that lists one's email, without an account: by a code that is sent to it. */

const mails = await startMailServer()
const server = await startServer({
  env: { ...mails.env, TRUST_PROXY: '1', OPERATOR_CONTACT: 'ops@server.example' },
})
after(async () => {
  await server.close()
  await mails.close()
})
const owner = await signUp(server.url)
const listed = info({ isPrivate: true, whitelist: true })
const newEmail = (domain = 'reader.example') => `${randomUUID()}@${domain}`

/** Somebody at an address of their own. */
let addresses = 0
function stranger(): Visitor {
  addresses++
  return createVisitor(server.url, { 'x-forwarded-for': `203.0.${addresses >> 8}.${addresses & 255}` })
}

async function shareFor(...emails: string[]) {
  return owner.share(await owner.createChat(), { emails })
}

const codesOf = (uuid: string) => `/api/shared/chats/${uuid}/codes`
const ask = (visitor: Visitor, uuid: string, email: string) =>
  visitor.send('POST', codesOf(uuid), { json: { email } })
const enter = (visitor: Visitor, uuid: string, email: string, code: string) =>
  visitor.send('POST', `${codesOf(uuid)}/verify`, { json: { email, code } })

/** Asks for a code and reads it in the mail. */
async function getCode(visitor: Visitor, uuid: string, email: string): Promise<string> {
  assert.equal((await ask(visitor, uuid, email)).status, 204)
  return codeIn(await mails.next(email))
}

describe('a listed reader without an account', () => {
  test('gets a code, and reads with it', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const reader = stranger()
    expectRow(await reader.readShare(share.uuid), 'unauthorized', listed)
    assert.equal((await ask(reader, share.uuid, ` ${email.toUpperCase()} `)).status, 204)
    const code = codeIn(await mails.next(email))
    const answer = await enter(reader, share.uuid, email, `${code.slice(0, 4)} ${code.slice(4)}`)
    assert.deepEqual([answer.status, answer.text], [204, ''])
    const [cookie = ''] = answer.headers.getSetCookie()
    assert.match(cookie, /^neptun-reader=[\w-]{32}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
    expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
  })

  test('is let in by the domain of the address, and only by exactly that domain', async () => {
    const share = await shareFor('@reader.example')
    const email = newEmail()
    const reader = stranger()
    await enter(reader, share.uuid, email, await getCode(reader, share.uuid, email))
    expectOk(await reader.readShare(share.uuid), shapes.sharedChat)

    const below = newEmail('mail.reader.example')
    const other = await shareFor(below)
    const outsider = stranger()
    await enter(outsider, other.uuid, below, await getCode(outsider, other.uuid, below))
    expectOk(await outsider.readShare(other.uuid), shapes.sharedChat)
    expectRow(await outsider.readShare(share.uuid), 'notListed', listed)
  })

  test('has proved the email for every share that lists it, and for nothing else', async () => {
    const [email, second] = [newEmail(), newEmail()]
    const share = await shareFor(email)
    const another = await shareFor(email)
    const others = await shareFor(newEmail())
    const ownersAlone = await owner.share(await owner.createChat(), { is_protected: true })
    const withPassword = await owner.share(await owner.createChat(), { password: 'sesame', emails: [email] })
    const forSecond = await shareFor(second)
    const reader = stranger()
    await enter(reader, share.uuid, email, await getCode(reader, share.uuid, email))
    expectOk(await reader.readShare(another.uuid), shapes.sharedChat)
    expectRow(await reader.readShare(others.uuid), 'notListed', listed)
    expectRow(await reader.readShare(ownersAlone.uuid), 'notListed', info({ isPrivate: true }))
    expectRow(
      await reader.readShare(withPassword.uuid),
      'unauthorized',
      info({ isPrivate: true, password: true, whitelist: true }),
    )
    expectOk(await reader.readShare(withPassword.uuid, 'sesame'), shapes.sharedChat)
    // It is no session.
    assert.equal((await reader.get(owner.path())).status, 401)

    // A second email joins the first, under a new token; the old one names nothing any more.
    const before = reader.cookies.get('neptun-reader') ?? ''
    await enter(reader, forSecond.uuid, second, await getCode(reader, forSecond.uuid, second))
    assert.notEqual(reader.cookies.get('neptun-reader'), before)
    for (const one of [share, forSecond]) expectOk(await reader.readShare(one.uuid), shapes.sharedChat)
    const thief = stranger()
    thief.cookies.set('neptun-reader', before)
    expectRow(await thief.readShare(share.uuid), 'unauthorized', listed)
  })

  test('reads no longer once taken off the list, the share is paused, or the proofs are ended', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const reader = stranger()
    await enter(reader, share.uuid, email, await getCode(reader, share.uuid, email))
    await owner.changeShare(share, { is_shared: false })
    expectRow(await reader.readShare(share.uuid), 'inactive')
    await owner.changeShare(share, { is_shared: true, emails: [newEmail()] })
    expectRow(await reader.readShare(share.uuid), 'notListed', listed)
    await owner.changeShare(share, { emails: [email] })
    expectOk(await reader.readShare(share.uuid), shapes.sharedChat)

    const token = reader.cookies.get('neptun-reader') ?? ''
    const ended = await reader.send('DELETE', '/api/auth/reader')
    assert.deepEqual([ended.status, ended.json()], [200, true])
    assert.equal(reader.cookies.has('neptun-reader'), false)
    reader.cookies.set('neptun-reader', token)
    expectRow(await reader.readShare(share.uuid), 'unauthorized', listed)
  })

  test('counts beside a session: an account may have another email than the one listed', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const person = await signUp(server.url)
    expectRow(await person.readShare(share.uuid), 'notListed', listed)
    await enter(person, share.uuid, email, await getCode(person, share.uuid, email))
    expectOk(await person.readShare(share.uuid), shapes.sharedChat)
  })
})

describe('a code', () => {
  test('counts once', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const code = await getCode(stranger(), share.uuid, email)
    const tries = await Promise.all(
      Array.from({ length: 4 }, () => enter(stranger(), share.uuid, email, code)),
    )
    const statuses = tries.map(({ status }) => status)
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [204, 401, 401, 401],
    )
  })

  test('dies at the fifth wrong entry, from wherever they come', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const code = await getCode(stranger(), share.uuid, email)
    for (let tries = 1; tries <= 5; tries++) {
      const answer = await enter(stranger(), share.uuid, email, anotherThan(code))
      expectRow(answer, 'unauthorized', listed)
    }
    expectRow(await enter(stranger(), share.uuid, email, code), 'unauthorized', listed)
  })

  test('dies when a newer one is sent', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const first = await getCode(stranger(), share.uuid, email)
    const second = await getCode(stranger(), share.uuid, email)
    if (first !== second) {
      expectRow(await enter(stranger(), share.uuid, email, first), 'unauthorized', listed)
    }
    assert.equal((await enter(stranger(), share.uuid, email, second)).status, 204)
  })

  test('is good for its share and its email alone', async () => {
    const [email, other] = [newEmail(), newEmail()]
    const [share, second] = [await shareFor(email, other), await shareFor(email, other)]
    const code = await getCode(stranger(), share.uuid, email)
    expectRow(await enter(stranger(), second.uuid, email, code), 'unauthorized', listed)
    expectRow(await enter(stranger(), share.uuid, other, code), 'unauthorized', listed)
    const login = await stranger().send('POST', '/api/auth/login', { json: { email, code } })
    assert.equal(login.status, 401)
    assert.equal((await enter(stranger(), share.uuid, email, code)).status, 204)
  })

  test('stands nowhere in the store but in the mail that waits', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const code = await getCode(stranger(), share.uuid, email)
    const reader = stranger()
    await enter(reader, share.uuid, email, code)
    const content = await server.database.rawContent()
    assert.ok(!content.includes(reader.cookies.get('neptun-reader') ?? '-'))
    assert.ok(!server.output().includes(code))
    assert.ok(!server.output().includes(email))
  })
})

describe('guessing codes', () => {
  test('from one address ends after twenty, for every email', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    const code = await getCode(stranger(), share.uuid, email)
    const guesser = stranger()
    const statuses: number[] = []
    for (let tries = 0; tries < 25; tries++) {
      const answer = await enter(guesser, share.uuid, newEmail(), anotherThan(code))
      statuses.push(answer.status)
    }
    assert.deepEqual(statuses, [...Array(20).fill(401), ...Array(5).fill(429)])
    const last = await enter(guesser, share.uuid, email, code)
    expectRow(last, 'tooManyTries', listed)
    assert.equal((await enter(stranger(), share.uuid, email, code)).status, 204)
  })
})

describe('whoever asks', () => {
  test('gets the same answer for every email, and mail only where the share lists it', async () => {
    const [email, unlisted] = [newEmail(), newEmail()]
    const share = await shareFor(email)
    const person = await signUp(server.url)
    const answers = await Promise.all(
      [unlisted, person.email, email].map((one) => ask(stranger(), share.uuid, one)),
    )
    const seen = answers.map(({ status, text, headers }) => ({
      status,
      text,
      headers: [...headers].filter(([name]) => name !== 'date'),
    }))
    assert.deepEqual(seen[0], seen[2])
    assert.deepEqual(seen[1], seen[2])
    await mails.next(email)
    // A mail that goes out later than these would have come by now.
    const late = newEmail()
    await owner.changeShare(share, { emails: [email, late] })
    await getCode(stranger(), share.uuid, late)
    assert.equal(mails.received.filter(({ to }) => to === unlisted || to === person.email).length, 0)

    const wrong = await Promise.all(
      [unlisted, person.email, email].map((one) => enter(stranger(), share.uuid, one, '12345678')),
    )
    assert.equal(new Set(wrong.map(({ status, text }) => `${status} ${text}`)).size, 1)
  })

  test('has at most three mails to one email in a quarter of an hour', async () => {
    const [email, after] = [newEmail(), newEmail()]
    const share = await shareFor(email, after)
    for (let asked = 0; asked < 3; asked++) await getCode(stranger(), share.uuid, email)
    for (let asked = 0; asked < 3; asked++) {
      assert.equal((await ask(stranger(), share.uuid, email)).status, 204)
    }
    await getCode(stranger(), share.uuid, after)
    assert.equal(mails.received.filter(({ to }) => to === email).length, 3)
  })

  test('has at most twenty mails an hour from one address', async () => {
    const emails = Array.from({ length: 24 }, () => newEmail())
    const share = await shareFor(...emails)
    const asker = stranger()
    for (const email of emails) assert.equal((await ask(asker, share.uuid, email)).status, 204)
    const last = newEmail()
    await owner.changeShare(share, { emails: [...emails, last] })
    await getCode(stranger(), share.uuid, last)
    const sent = () => mails.received.filter(({ to }) => emails.includes(to)).length
    assert.ok(sent() <= 20)
  })

  test('hears of a share that is not there, or not active, as ever', async () => {
    const email = newEmail()
    const share = await shareFor(email)
    await owner.changeShare(share, { is_shared: false })
    for (const send of [
      (uuid: string) => ask(stranger(), uuid, email),
      (uuid: string) => enter(stranger(), uuid, email, '12345678'),
    ]) {
      expectRow(await send(share.uuid), 'inactive')
      expectRow(await send(randomUUID()), 'notFound')
      expectRow(await send('nonsense'), 'notFound')
    }
    expectInvalid(await ask(stranger(), share.uuid, 'no email'))
    expectInvalid(await stranger().send('POST', `${codesOf(share.uuid)}/verify`, { json: { email } }))
  })
})

describe('the mail', () => {
  test('says who sends what and why, in text and HTML, and nothing of the chat', async () => {
    const email = newEmail()
    const chat = await owner.createChat(undefined, 'Plans of <Ada> & Bo')
    const share = await owner.share(chat, { emails: [email] })
    assert.equal((await ask(stranger(), share.uuid, email)).status, 204)
    const got = await mails.next(email)
    const { host } = new URL(server.url)
    for (const body of [got.text, got.html.replaceAll('&amp;', '&')]) {
      assert.match(body, /Somebody, probably you, wants to read a chat/)
      assert.match(body, /you can ignore this mail/)
      assert.ok(body.includes(`Sent by Neptun Share at ${host}`))
      assert.ok(body.includes('ops@server.example'))
      for (const secret of ['Plans', 'Ada', share.uuid]) assert.ok(!body.includes(secret))
    }
    const { mail } = got
    assert.equal(mail.from?.text, '"Neptun Share" <share@server.example>')
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated')
    assert.match(mail.messageId ?? '', /@server\.example>$/)
  })
})

describe('a server that sends no mail', async () => {
  const silent = await startServer()
  after(() => silent.close())

  test('says so on every route that would', async () => {
    const person = await signUp(silent.url)
    const share = await person.share(await person.createChat(), { emails: ['ada@example.com'] })
    const visitor = createVisitor(silent.url)
    const email = 'ada@example.com'
    const answers = [
      await visitor.send('POST', codesOf(share.uuid), { json: { email } }),
      await visitor.send('POST', `${codesOf(share.uuid)}/verify`, { json: { email, code: '12345678' } }),
      await visitor.send('POST', '/api/auth/codes', { json: { email } }),
      await visitor.send('POST', '/api/auth/login', { json: { email, code: '12345678' } }),
      await person.send('POST', person.path('/email-verification')),
      await person.send('POST', person.sharePath(share, '/whitelist-entries'), {
        json: { emails: ['bo@example.com'], notify: true },
      }),
    ]
    for (const answer of answers) {
      expectPlain(answer, 503, 'Service Unavailable')
      assert.equal((answer.json() as { message: string }).message, 'This server sends no mail.')
    }
    assert.equal((await person.listEntries(share)).length, 1)
  })
})
