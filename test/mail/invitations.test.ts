import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { insertInvitations } from '../../src/storage/queries/mail/invitations.ts'
import { INVITATIONS_A_DAY } from '../../src/sharing/limits.ts'
import { createVisitor, expectOk, signUp, type Person, type Visitor } from '../kit/client.ts'
import { codeIn, startMailServer } from '../kit/mail-server.ts'
import { expectPlain, expectRow, info } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** What owners and readers tell each other by mail: invitations, and requests to be let in. */

const mails = await startMailServer()
const server = await startServer({ env: { ...mails.env, TRUST_PROXY: '1' } })
after(async () => {
  await server.close()
  await mails.close()
})
const newEmail = () => `${randomUUID()}@reader.example`
const listed = info({ isPrivate: true, whitelist: true })

let addresses = 0
function stranger(): Visitor {
  addresses++
  return createVisitor(server.url, { 'x-forwarded-for': `203.0.113.${addresses}` })
}

async function signUpConfirmed(): Promise<Person> {
  const email = newEmail()
  const person = await signUp(server.url, { email })
  const path = person.path('/email-verification')
  await person.send('POST', path)
  const json = { code: codeIn(await mails.next(email)) }
  expectOk(await person.send('POST', path, { json }), shapes.user)
  return person
}

/** Waits until every mail that was put into the store before has come. */
async function allCame(): Promise<void> {
  const person = await signUp(server.url, { email: newEmail() })
  await person.send('POST', person.path('/email-verification'))
  await mails.next(person.email)
}
const sentTo = (...emails: string[]) => mails.received.filter(({ to }) => emails.includes(to)).length

const requestsOf = async (person: Person) =>
  expectOk(await person.get(person.path('/access-requests')), shapes.accessRequests).access_requests
const ask = (visitor: Visitor, uuid: string) =>
  visitor.send('POST', `/api/shared/chats/${uuid}/access-requests`)

const preview = async (owner: Person, share: Parameters<Person['sharePath']>[0], email: string) => {
  const answer = await owner.send('POST', owner.sharePath(share, '/preview'), { json: { email } })
  assert.equal(answer.status, 200, answer.text)
  const { outcome, statusCode, hint } = answer.json() as Record<string, unknown>
  return { outcome, statusCode, hint }
}

describe('an invitation', () => {
  test('goes to each new address once, with the link and the owner’s email, and never to a domain', async () => {
    const owner = await signUpConfirmed()
    const [first, second, third] = [newEmail(), newEmail(), newEmail()]
    const share = await owner.share(await owner.createChat(undefined, 'Secret plans'), {
      emails: [first],
      password: 'sesame',
      notify: true,
    })
    const { text, html, subject } = await mails.next(first)
    for (const body of [text, html]) {
      assert.ok(body.includes(`${server.url}/shared/chats/${share.uuid}`))
      assert.ok(body.includes(owner.email))
      for (const secret of ['Secret plans', 'sesame']) assert.ok(!body.includes(secret))
    }
    assert.equal(subject, `${owner.email} shares a chat with you`)

    const add = (emails: string[], notify = true) =>
      owner.send('POST', owner.sharePath(share, '/whitelist-entries'), { json: { emails, notify } })
    expectOk(await add([first, second, '@reader.example']), shapes.whitelist)
    await mails.next(second)
    expectOk(await add([third], false), shapes.whitelist)
    // Taken off and added again, or named in the whole list: nobody is invited twice.
    await owner.changeShare(share, { emails: [third], notify: true })
    await owner.changeShare(share, { emails: [first, second, third], notify: true })
    await allCame()
    assert.deepEqual([sentTo(first), sentTo(second), sentTo(third)], [1, 1, 0])
  })

  test('needs an owner who has confirmed their own address', async () => {
    const owner = await signUp(server.url)
    const email = newEmail()
    const chat = await owner.createChat()
    const json = { emails: [email], notify: true }
    const answer = await owner.send('POST', owner.path(`/chats/${chat.id}/shares`), { json })
    expectPlain(answer, 403, 'Forbidden')
    assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).json(), null)
    await allCame()
    assert.equal(sentTo(email), 0)
  })

  test('names nobody who only typed an address, also where lists count such addresses', async () => {
    const trusting = await startServer({ env: { ...mails.env, UNVERIFIED_EMAILS: 'trust' } })
    try {
      const pretender = await signUp(trusting.url, { email: `boss-${newEmail()}` })
      const share = await pretender.share(await pretender.createChat())
      const json = { emails: [newEmail()], notify: true }
      const answer = await pretender.send('POST', pretender.sharePath(share, '/whitelist-entries'), { json })
      expectPlain(answer, 403, 'Forbidden')
      assert.deepEqual(await pretender.listEntries(share), [])
    } finally {
      await trusting.close()
    }
  })

  test(`is sent to ${INVITATIONS_A_DAY} addresses a day, and beyond that nothing is changed`, async () => {
    const owner = await signUpConfirmed()
    const emails = Array.from({ length: INVITATIONS_A_DAY - 1 }, newEmail)
    const share = await owner.share(await owner.createChat(), { emails })
    const store = await openStoreAt(server.database.url)
    await insertInvitations(store.write, { shareId: share.id, userId: owner.id }, emails, Date.now())
    await store.close()
    const path = owner.sharePath(share, '/whitelist-entries')
    const two = { emails: [newEmail(), newEmail()], notify: true }
    const refused = await owner.send('POST', path, { json: two })
    assert.equal(refused.status, 429)
    assert.match(refused.text, /1 are left/)
    assert.ok(Number(refused.headers.get('retry-after')) > 23 * 60 * 60)
    assert.equal((await owner.listEntries(share)).length, emails.length)
    expectOk(await owner.send('POST', path, { json: { ...two, notify: false } }), shapes.whitelist)
  })
})

describe('asking to be let in', () => {
  test('shows the owner who has proved which email; one click lets them in, and tells them', async () => {
    const owner = await signUpConfirmed()
    const share = await owner.share(await owner.createChat(), { emails: [newEmail()] })
    const reader = await signUpConfirmed()
    expectRow(await reader.readShare(share.uuid), 'notListed', listed)
    const answers = await Promise.all([1, 2, 3].map(() => ask(reader, share.uuid)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 204, 204],
    )
    const told = await mails.next(owner.email)
    assert.ok(told.text.includes(reader.email))
    const [request, ...more] = await requestsOf(owner)
    assert.deepEqual(more, [])
    assert.equal(request?.email, reader.email)
    expectRow(await reader.readShare(share.uuid), 'notListed', listed)

    // It is the owner's alone.
    const path = `/access-requests/${request?.id}`
    const other = await signUp(server.url)
    assert.equal((await other.send('POST', other.path(`${path}/accept`))).status, 404)
    assert.equal((await other.send('DELETE', other.path(path))).status, 404)
    const { shareWhitelistEntries } = expectOk(
      await owner.send('POST', owner.path(`${path}/accept`)),
      shapes.whitelist,
    )
    assert.equal(shareWhitelistEntries.at(-1)?.email, reader.email)
    expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
    assert.ok((await mails.next(reader.email)).text.includes(share.uuid))
    assert.deepEqual(await requestsOf(owner), [])
    await allCame()
    assert.equal(sentTo(owner.email), 2)
  })

  test('is for who has proved an email: others get the share’s refusal, and the owner hears nothing', async () => {
    const owner = await signUpConfirmed()
    const share = await owner.share(await owner.createChat(), { emails: [newEmail()] })
    expectRow(await ask(stranger(), share.uuid), 'unauthorized', listed)
    expectRow(await ask(await signUp(server.url), share.uuid), 'notListed', listed)
    await owner.changeShare(share, { is_shared: false })
    expectRow(await ask(await signUpConfirmed(), share.uuid), 'inactive')
    assert.deepEqual(await requestsOf(owner), [])
  })

  test('can be dismissed, and isn’t heard again the same day; mail about it can be turned off', async () => {
    const owner = await signUpConfirmed()
    const settings = owner.path('/mail-settings')
    assert.deepEqual((await owner.get(settings)).json(), { access_requests: true })
    const off = await owner.send('PATCH', settings, { json: { access_requests: false } })
    assert.deepEqual(off.json(), { access_requests: false })
    const share = await owner.share(await owner.createChat(), { is_protected: true })
    const reader = await signUpConfirmed()
    assert.equal((await ask(reader, share.uuid)).status, 204)
    const [request] = await requestsOf(owner)
    expectOk(await owner.send('DELETE', owner.path(`/access-requests/${request?.id}`)), shapes.true)
    assert.equal((await ask(reader, share.uuid)).status, 204)
    assert.deepEqual(await requestsOf(owner), [])
    expectRow(await reader.readShare(share.uuid), 'notListed', info({ isPrivate: true }))
    await allCame()
    assert.equal(sentTo(owner.email), 1)
  })
})

describe('a preview', () => {
  const onceConfirmed = {
    outcome: 'show',
    statusCode: 200,
    hint: 'They can read once they have confirmed this address by mail.',
  }
  const refused = { outcome: 'not-listed', statusCode: 403, hint: undefined }

  test('says the same of every listed email where mail can confirm it, account or not', async () => {
    const owner = await signUp(server.url)
    const [confirmed, claimed, unknown] = [await signUpConfirmed(), await signUp(server.url), newEmail()]
    const emails = [confirmed.email, claimed.email, unknown, '@company.example']
    const share = await owner.share(await owner.createChat(), { emails })
    for (const email of [confirmed.email, claimed.email, unknown, 'ada@company.example']) {
      assert.deepEqual(await preview(owner, share, email), onceConfirmed, email)
    }
    assert.deepEqual(await preview(owner, share, newEmail()), refused)
    assert.deepEqual(await preview(owner, share, 'ada@mail.company.example'), refused)
    assert.deepEqual(await preview(owner, share, owner.email), {
      outcome: 'show',
      statusCode: 200,
      hint: undefined,
    })
  })

  test('says that nobody can confirm an address where the server sends no mail', async () => {
    const silent = await startServer()
    try {
      const owner = await signUp(silent.url)
      const share = await owner.share(await owner.createChat(), {
        emails: ['ada@reader.example', '@company.example'],
      })
      const cannot = {
        outcome: 'confirm-email',
        statusCode: 403,
        hint: 'They can’t: this server sends no mail, and the address isn’t verified.',
      }
      for (const email of ['ada@reader.example', 'bo@company.example', newEmail()]) {
        assert.deepEqual(await preview(owner, share, email), cannot)
      }
    } finally {
      await silent.close()
    }
  })
})

const read = (uuid: string) => stranger().readShare(uuid)

describe('the first read of a link', () => {
  test('is told to an owner who asked for it, once, without a word of the chat', async () => {
    const owner = await signUpConfirmed()
    const chat = await owner.createChat(undefined, 'Secret plans')
    const share = await owner.share(chat, { mail_at_first_read: true })
    const silent = await owner.share(await owner.createChat())
    assert.deepEqual([share.mail_at_first_read, silent.mail_at_first_read], [true, false])
    // The owner is no reader.
    expectOk(await owner.readShare(share.uuid), shapes.sharedChat)
    await allCame()
    assert.equal(sentTo(owner.email), 1, 'the code alone')

    for (const uuid of [share.uuid, share.uuid, silent.uuid]) expectOk(await read(uuid), shapes.sharedChat)
    const { subject, text, html } = await mails.next(owner.email)
    assert.equal(subject, 'Somebody has read a chat of yours')
    for (const body of [text, html]) {
      assert.ok(body.includes(`${server.url}/chats/${chat.id}`))
      assert.ok(!body.includes('Secret plans'))
    }
    expectOk(await read(share.uuid), shapes.sharedChat)
    expectOk(await owner.get(owner.sharePath(share, '/readers')), shapes.shareReaders)
    await allCame()
    assert.equal(sentTo(owner.email), 2)
    assert.equal((await owner.findShare(share)).mail_at_first_read, true)
    // Said anew, it counts anew.
    await owner.changeShare(share, { mail_at_first_read: false })
    await owner.changeShare(share, { mail_at_first_read: true })
    expectOk(await read(share.uuid), shapes.sharedChat)
    await mails.next(owner.email)
  })

  test('names a reader who proved an email for it', async () => {
    const owner = await signUpConfirmed()
    const email = newEmail()
    const rules = { emails: [email], mail_at_first_read: true, max_views: 3 }
    const { uuid } = await owner.share(await owner.createChat(), rules)
    const reader = stranger()
    await reader.send('POST', `/api/shared/chats/${uuid}/codes`, { json: { email } })
    const json = { email, code: codeIn(await mails.next(email)) }
    await reader.send('POST', `/api/shared/chats/${uuid}/codes/verify`, { json })
    expectRow(await read(uuid), 'unauthorized', listed)
    expectOk(await reader.readShare(uuid), shapes.sharedChat)
    assert.match((await mails.next(owner.email)).text, new RegExp(`^${email} has read a chat`))
  })

  test('is told to confirmed addresses alone', async () => {
    const owner = await signUp(server.url)
    const chat = await owner.createChat()
    const json = { mail_at_first_read: true }
    expectPlain(await owner.send('POST', owner.path(`/chats/${chat.id}/shares`), { json }), 403, 'Forbidden')
    assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).json(), null)
  })
})
