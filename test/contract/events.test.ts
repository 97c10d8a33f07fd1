import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { deleteEventsBefore } from '../../src/storage/queries/events.ts'
import { createVisitor, expectOk, logIn, signUp, type Person } from '../kit/client.ts'
import { runOperator } from '../kit/operator.ts'
import { expectInvalid, expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** What an owner can see of what was done to their links and sign-ins. */

const server = await startServer()
after(() => server.close())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

async function eventsOf(person: Person, query = '') {
  return expectOk(await person.get(person.path(`/events${query}`)), shapes.events)
}

/** What is newest, as `kind detail`. */
async function latest(person: Person, count: number): Promise<string[]> {
  const { events } = await eventsOf(person, `?limit=${count}`)
  return events.map(({ kind, detail }) => (detail === undefined ? kind : `${kind} ${detail}`))
}

describe("an account's log", () => {
  test('tells who did it, from which session and which client, and for which link', async () => {
    const owner = await signUp(server.url, { headers: { 'user-agent': firefox } })
    const share = await owner.share(await owner.createChat())
    const phone = await logIn(owner, { 'user-agent': 'curl/8.5.0' })
    await phone.changeShare(share, { is_shared: false })
    const { events, next_cursor } = await eventsOf(owner)
    assert.equal(next_cursor, null)
    assert.deepEqual(
      events.map(({ kind, by, share_uuid }) => [kind, by.client, share_uuid]),
      [
        ['share-paused', 'curl', share.uuid],
        ['signed-in', 'curl', undefined],
        ['share-created', 'Firefox on Linux', share.uuid],
        ['account-created', 'Firefox on Linux', undefined],
      ],
    )
    const [paused, signedIn, created, began] = events
    assert.equal(paused?.by.session, signedIn?.by.session)
    assert.equal(created?.by.session, began?.by.session)
    assert.notEqual(paused?.by.session, created?.by.session)
    assert.ok(Math.abs(Date.parse(paused?.at ?? '') - Date.now()) < 60_000)
  })

  test('has all that is done to links, in the order it was done', async () => {
    const owner = await signUp(server.url)
    const chat = await owner.createChat()
    const share = await owner.share(chat, { password: 'sesame' })
    await owner.share(chat)
    await owner.changeShare(share, { is_shared: false, max_views: 5 })
    await owner.changeShare(share, { is_shared: true })
    await owner.send('POST', owner.sharePath(share, '/snapshot'))
    const path = owner.sharePath(share, '/whitelist-entries')
    await owner.send('POST', path, { json: { emails: ['a@example.org', 'b@example.org'] } })
    await owner.send('POST', path, { json: { emails: ['a@example.org'] } })
    const [entry] = await owner.listEntries(share)
    await owner.send('DELETE', `${path}/${entry?.id}`)
    await owner.send('POST', owner.sharePath(share, '/rotate'))
    await owner.send('DELETE', owner.sharePath(share))
    const other = await owner.createChat()
    await owner.share(other, { emails: ['c@example.org'] })
    await owner.send('DELETE', owner.path(`/chats/${other.id}`))
    assert.deepEqual((await latest(owner, 20)).toReversed(), [
      'account-created',
      'share-created password',
      'share-changed max_views',
      'share-paused',
      'share-resumed',
      'share-snapshot',
      'whitelist-changed +2',
      'whitelist-changed -1',
      `share-rotated was ${share.uuid}`,
      'share-deleted',
      'share-created emails',
      'share-deleted with its chat',
    ])
  })

  test('has all that is done to sign-ins, by the operator too, and not what failed', async () => {
    const owner = await signUp(server.url)
    const email = `new-${owner.email}`
    const json = { password: 'another password', email, current_password: owner.password }
    assert.equal((await owner.send('PATCH', owner.path(), { json })).status, 200)
    const visitor = createVisitor(server.url)
    assert.equal(
      (await visitor.send('POST', '/api/auth/login', { json: { email, password: 'no' } })).status,
      401,
    )
    await visitor.send('POST', '/api/auth/login', { json: { email, password: json.password } })
    await visitor.send('POST', '/api/auth/logout')
    await runOperator(['verify', email], { database: server.database })
    assert.deepEqual((await latest(owner, 20)).toReversed(), [
      'account-created',
      'email-changed',
      'password-changed',
      'signed-in',
      'signed-out',
      'email-verified',
    ])
    const [verified] = (await eventsOf(owner, '?limit=1')).events
    assert.deepEqual(verified?.by, { session: null, client: 'the operator of the server' })
    await owner.send('DELETE', owner.path('/sessions'))
    const back = await logIn({ ...owner, email, password: json.password })
    assert.deepEqual(await latest(back, 2), ['signed-in', 'signed-out-everywhere'])
  })

  test('has nothing of what was not done', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { password: 'sesame' })
    const before = await latest(owner, 20)
    assert.equal(
      (await owner.send('PATCH', owner.sharePath(share), { json: { is_protected: false } })).status,
      400,
    )
    await owner.send('DELETE', owner.path('/chats'), {
      json: { chat_ids: [share.chat_conversation_id, 2147483647] },
    })
    assert.deepEqual(await latest(owner, 20), before)
  })

  test('holds no password, email, text or token', async () => {
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'a-secret-text' }], 'a-secret-name')
    await owner.share(chat, { password: 'a-secret-password', emails: ['a-secret-email@example.org'] })
    const { text } = await owner.get(owner.path('/events'))
    assert.doesNotMatch(text, /a-secret/)
    assert.ok(!text.includes(owner.email) && !text.includes(owner.cookies.get('neptun-session') ?? ''))
  })

  test('comes page by page, each event once', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    for (let views = 1; views <= 6; views++) await owner.changeShare(share, { max_views: views })
    const all = (await eventsOf(owner)).events
    assert.equal(all.length, 8)
    const paged = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof eventsOf>> = await eventsOf(
        owner,
        `?limit=3${cursor && `&cursor=${cursor}`}`,
      )
      assert.ok(page.events.length > 0 && page.events.length <= 3)
      paged.push(...page.events)
      cursor = page.next_cursor
    }
    assert.deepEqual(paged, all)
  })

  test('is for its owner alone, and takes no other numbers', async () => {
    const owner = await signUp(server.url)
    const other = await signUp(server.url)
    expectNotFound(await other.get(owner.path('/events')), 'User not found')
    expectNoSession(await createVisitor(server.url).get(owner.path('/events')))
    for (const query of ['?limit=0', '?limit=201', '?limit=x', '?cursor=x', '?cursor=0', '?cursor=']) {
      expectInvalid(await owner.get(owner.path(`/events${query}`)))
    }
  })

  test('forgets what is older than it is asked to keep', async () => {
    const owner = await signUp(server.url)
    const store = await openStoreAt(server.database.url)
    const old = Date.now() - 366 * 24 * 60 * 60 * 1000
    await store.write.updateTable('events').set({ at: old }).where('user_id', '=', owner.id).execute()
    await deleteEventsBefore(store.counters, old + 1)
    await store.close()
    assert.deepEqual((await eventsOf(owner)).events, [])
  })
})
