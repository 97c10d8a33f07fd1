import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Answer } from '../kit/client.ts'
import { expectInvalid, expectNotFound, expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const share = async (body: object = {}) => owner.share(await owner.createChat(), body)
const path = (of: Share, rest = '') => owner.sharePath(of, `/whitelist-entries${rest}`)
const add = (of: Share, json: unknown) => owner.send('POST', path(of), { json })
const names = (prefix: string) => Array.from({ length: 500 }, (_, i) => `${prefix}-${i}@example.org`)
const emailsOf = (answer: Answer) =>
  expectOk(answer, shapes.whitelist)
    .shareWhitelistEntries.map(({ email }) => email)
    .toSorted()
const emails = async (of: Share) => (await owner.listEntries(of)).map(({ email }) => email).toSorted()

describe('the whitelist of a share', () => {
  test('is empty at first', async () => {
    assert.deepEqual(await emails(await share()), [])
  })

  test('takes emails in an object or as a bare array, and answers the whole list', async () => {
    const of = await share()
    assert.deepEqual(emailsOf(await add(of, { emails: ['b@example.org'] })), ['b@example.org'])
    assert.deepEqual(emailsOf(await add(of, ['a@example.org'])), ['a@example.org', 'b@example.org'])
    for (const entry of await owner.listEntries(of)) assert.equal(entry.chat_conversation_share_id, of.id)
    assert.equal((await owner.findShare(of)).whitelist_count, 2)
  })

  test('takes the same email twice for one, in every spelling of it', async () => {
    const of = await share()
    await add(of, ['zoë@example.org'])
    const before = await owner.listEntries(of)
    for (const spelling of ['zoë@example.org', ' ZOË@EXAMPLE.ORG ', 'zoe\u0308@example.org']) {
      assert.equal(emailsOf(await add(of, [spelling])).length, 1)
      assert.equal(emailsOf(await add(of, { emails: [spelling, spelling] })).length, 1)
    }
    assert.deepEqual(await owner.listEntries(of), before)
  })

  test('takes the same email twice in one request', async () => {
    const of = await share({ emails: ['a@example.org', 'A@example.org', ' a@example.org'] })
    assert.equal(of.whitelist_count, 1)
  })

  test('never says whether an email has an account', async () => {
    const person = await signUp(server.url)
    const of = await share()
    const known = await add(of, [person.email])
    const [entry] = expectOk(known, shapes.whitelist).shareWhitelistEntries
    const other = await share()
    const [unknown] = expectOk(
      await add(other, ['nobody@example.org']),
      shapes.whitelist,
    ).shareWhitelistEntries
    assert.ok(entry && unknown)
    const { created_at, updated_at } = entry
    assert.deepEqual(
      { ...unknown, created_at, updated_at },
      { ...entry, id: unknown.id, chat_conversation_share_id: other.id, email: 'nobody@example.org' },
    )
  })

  test('lets in who signs up later', async () => {
    const email = `later-${crypto.randomUUID()}@example.org`
    const of = await share({ emails: [email] })
    const person = await signUp(server.url, { email: email.toUpperCase() })
    assert.equal((await person.readShare(of.uuid)).status, 200)
  })

  test('follows an account to its new email', async () => {
    const person = await signUp(server.url)
    const of = await share({ emails: [person.email] })
    assert.equal((await person.readShare(of.uuid)).status, 200)
    const json = { email: `new-${crypto.randomUUID()}@example.org`, current_password: person.password }
    expectOk(await person.send('PATCH', person.path(), { json }), shapes.user)
    expectRow(await person.readShare(of.uuid), 'notListed', info({ isPrivate: true, whitelist: true }))
  })

  test('is checked again on every request', async () => {
    const person = await signUp(server.url)
    const of = await share({ emails: ['other@example.org'] })
    for (let round = 0; round < 3; round++) {
      assert.equal((await person.readShare(of.uuid)).status, 403)
      await add(of, [person.email])
      assert.equal((await person.readShare(of.uuid)).status, 200)
      const entry = (await owner.listEntries(of)).find(({ email }) => email === person.email)
      expectOk(await owner.send('DELETE', path(of, `/${entry?.id}`)), shapes.true)
    }
  })

  test('forgets an entry once it is deleted', async () => {
    const of = await share({ emails: ['a@example.org', 'b@example.org'] })
    const entry = (await owner.listEntries(of)).find(({ email }) => email === 'a@example.org')
    expectOk(await owner.send('DELETE', path(of, `/${entry?.id}`)), shapes.true)
    assert.deepEqual(await emails(of), ['b@example.org'])
    expectNotFound(await owner.send('DELETE', path(of, `/${entry?.id}`)), 'Whitelist entry not found')
  })

  test("has entries that another share of mine can't delete", async () => {
    const of = await share({ emails: ['a@example.org'] })
    const other = await share({ emails: ['b@example.org'] })
    const [entry] = await owner.listEntries(of)
    expectNotFound(await owner.send('DELETE', path(other, `/${entry?.id}`)), 'Whitelist entry not found')
    assert.deepEqual(await emails(of), ['a@example.org'])
  })

  test('holds 500 emails and no more', async () => {
    const many = Array.from({ length: 500 }, (_, i) => `reader-${i}@example.org`)
    const of = await share({ emails: many })
    assert.equal(of.whitelist_count, 500)
    expectInvalid(await add(of, ['one-more@example.org']))
    expectInvalid(
      await owner.send('PATCH', owner.sharePath(of), { json: { emails: [...many, 'x@example.org'] } }),
    )
    assert.equal(emailsOf(await add(of, [many[0]])).length, 500)
    assert.equal((await owner.findShare(of)).whitelist_count, 500)
  })

  test('can be replaced by 500 others in one request', async () => {
    const of = await share({ emails: names('old') })
    await owner.changeShare(of, { emails: names('new') })
    assert.deepEqual(await emails(of), names('new').toSorted())
  })

  test('stays whole when two windows add at once', async () => {
    const of = await share()
    await Promise.all(Array.from({ length: 10 }, (_, i) => add(of, [`${i}@example.org`, 'same@example.org'])))
    assert.equal((await emails(of)).length, 11)
  })

  for (const json of [
    {},
    { emails: 'a@example.org' },
    { emails: ['nobody'] },
    { emails: ['a@example.org', 'nobody'] },
    { emails: [5] },
    { emails: [null] },
    ['nobody'],
    [5],
    [['a@example.org']],
    'a@example.org',
    null,
    ['a\0@example.org'],
    ['a\ud800@example.org'],
    ['a b@example.org'],
    ['a@example.org,b@example.org'],
    ['@'],
    ['@example..org'],
    ['*@example.org', '@'],
    ['a@'],
    [''],
    [`${'a'.repeat(245)}@example.org`],
    Array.from({ length: 501 }, (_, i) => `${i}@example.org`),
  ]) {
    test(`refuses ${JSON.stringify(json).slice(0, 50)} and adds nothing`, async () => {
      const of = await share()
      expectInvalid(await add(of, json), /^Bad Request\. Invalid body\(.*\)\.$/)
      const stored = await owner.findShare(of)
      assert.deepEqual([stored.whitelist_count, stored.is_protected], [0, false])
    })
  }

  test('is shown to no reader', async () => {
    const person = await signUp(server.url)
    const of = await share({ emails: [person.email, 'secret-friend@example.org'] })
    assert.doesNotMatch((await person.readShare(of.uuid)).text, /@example\.org/)
    assert.doesNotMatch((await createVisitor(server.url).readShare(of.uuid)).text, /@example\.org/)
    expectNotFound(await person.get(path(of)), 'User not found')
  })
})
