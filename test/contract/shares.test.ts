import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, greeting, signUp, type Visitor } from '../kit/client.ts'
import { expectInvalid, expectNotFound, expectRow, info } from '../kit/refusals.ts'
import { readAs, shapes, type Chat, type Share } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'
import { untilAfter } from '../kit/until.ts'

const server = await startServer({ env: trustsEmails })
const published = await startServer({ env: { PUBLIC_URL: 'https://chats.example.org/' } })
after(() => Promise.all([server.close(), published.close()]))

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const post = (chat: Chat, json: unknown) =>
  owner.send('POST', owner.path(`/chats/${chat.id}/shares`), { json })
const patch = (share: Share, json: unknown) => owner.send('PATCH', owner.sharePath(share), { json })
const statusOf = async (chat: Chat) =>
  expectOk(await owner.get(owner.path(`/chats/${chat.id}/shares`)), shapes.shareStatus)
const contents = async (share: Share, visitor: Visitor = anyone) =>
  expectOk(await visitor.readShare(share.uuid), shapes.sharedChat).chatMessages.map(({ content }) => content)
const inFuture = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString()
const times = (message: { created_at: string; updated_at: string }) => [
  message.created_at,
  message.updated_at,
]
const preview = async (share: Share, json: unknown = {}) =>
  expectOk(await owner.send('POST', owner.sharePath(share, '/preview'), { json }), shapes.preview)
const day = 24 * 60 * 60 * 1000

describe('creating a share', () => {
  test('without wishes makes an open link without limits', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    const { id, uuid, created_at, updated_at, url } = share
    assert.deepEqual(share, {
      id,
      uuid,
      url,
      created_at,
      updated_at,
      chat_conversation_id: chat.id,
      share_uuid: uuid,
      state: 'active',
      is_shared: true,
      is_protected: false,
      has_password: false,
      hashed_password: null,
      whitelist_count: 0,
      expires_at: null,
      max_views: null,
      view_count: 0,
      snapshot_at: null,
      label: null,
      last_viewed_at: null,
      reader_count: 0,
      is_selection: false,
      mail_at_first_read: false,
    })
    assert.equal((await anyone.readShare(uuid)).status, 200)
  })

  test('gives a link on this server', async () => {
    const share = await owner.share(await owner.createChat())
    assert.equal(share.url, `${server.url}/shared/chats/${share.uuid}`)
  })

  test('gives a link at the public URL where one is set', async () => {
    const person = await signUp(published.url)
    const share = await person.share(await person.createChat())
    assert.equal(share.url, `https://chats.example.org/shared/chats/${share.uuid}`)
  })

  test('takes all wishes at once', async () => {
    const expires_at = inFuture(day)
    const share = await owner.share(await owner.createChat(), {
      is_shared: true,
      is_protected: true,
      password: 'sesame',
      expires_at,
      max_views: 3,
      snapshot: true,
      emails: ['a@example.org', 'b@example.org'],
    })
    assert.equal(share.is_protected, true)
    assert.equal(share.has_password, true)
    assert.equal(share.whitelist_count, 2)
    assert.equal(share.expires_at, expires_at)
    assert.equal(share.max_views, 3)
    assert.notEqual(share.snapshot_at, null)
  })

  test('can be done before there is a message', async () => {
    const share = await owner.share(await owner.createChat([]))
    assert.deepEqual(await contents(share), [])
  })

  test('again changes it and keeps its link', async () => {
    const chat = await owner.createChat()
    const first = await owner.share(chat, { password: 'sesame', max_views: 5 })
    const second = await owner.share(chat, { max_views: 7 })
    assert.deepEqual([second.id, second.uuid], [first.id, first.uuid])
    assert.equal(second.has_password, true)
    assert.equal(second.max_views, 7)
    const { shares } = expectOk(await owner.get(owner.path('/shares')), shapes.shares)
    assert.equal(shares.filter(({ chat_conversation_id: id }) => id === chat.id).length, 1)
  })

  test('again with nothing sent keeps everything: defaults are for new shares', async () => {
    const chat = await owner.createChat()
    const wishes = {
      is_shared: false,
      password: 'sesame',
      emails: ['a@example.org'],
      expires_at: inFuture(day),
    }
    const first = await owner.share(chat, { ...wishes, max_views: 5, snapshot: true })
    const second = await owner.share(chat, {})
    assert.deepEqual({ ...second, updated_at: '' }, { ...first, updated_at: '' })
  })

  test('at the same time from two windows makes one share', async () => {
    const chat = await owner.createChat()
    const shares = await Promise.all(Array.from({ length: 10 }, () => owner.share(chat)))
    assert.equal(new Set(shares.map(({ uuid }) => uuid)).size, 1)
  })

  test('takes a plain password under the name hashed_password, as clients send it', async () => {
    const share = await owner.share(await owner.createChat(), { hashed_password: 'sesame' })
    assert.deepEqual([share.has_password, share.hashed_password, share.is_protected], [true, null, true])
    expectRow(await anyone.readShare(share.uuid), 'unauthorized', info({ isPrivate: true, password: true }))
    assert.equal((await anyone.readShare(share.uuid, 'sesame')).status, 200)
  })

  test('lets password win over hashed_password', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'this', hashed_password: 'that' })
    assert.equal((await anyone.readShare(share.uuid, 'that')).status, 401)
    assert.equal((await anyone.readShare(share.uuid, 'this')).status, 200)
    const none = await owner.share(await owner.createChat(), {
      is_protected: false,
      password: null,
      hashed_password: 'that',
    })
    assert.equal(none.has_password, false)
  })

  test('takes null for no password, under either name', async () => {
    for (const body of [{ password: null }, { hashed_password: null }]) {
      const share = await owner.share(await owner.createChat(), { ...body, is_protected: false })
      assert.deepEqual([share.has_password, share.is_protected], [false, false])
    }
  })

  for (const json of [
    { password: '' },
    { password: '   ' },
    { password: '\t\n' },
    { password: '\u00a0\u2003' },
    { hashed_password: '' },
    { password: 'x'.repeat(257) },
    { hashed_password: 'x'.repeat(257) },
    { password: 5 },
    { password: 'nul\0' },
    { password: 'lone \ud800' },
    { is_shared: null },
    { is_shared: 'yes' },
    { is_protected: null },
    { max_views: -1 },
    { max_views: 1.5 },
    { max_views: '5' },
    { expires_at: '2020-01-01T00:00:00.000Z' },
    { expires_at: 'tomorrow' },
    { expires_at: '2999-02-30T00:00:00.000Z' },
    { expires_at: 4_102_444_800_000 },
    { expires_at: '' },
    { snapshot: 'yes' },
    { emails: ['nobody'] },
    { emails: [5] },
    { emails: [null] },
    { emails: ['nul\0@example.org'] },
    { emails: ['lone\ud800@example.org'] },
    { emails: [`${'a'.repeat(245)}@example.org`] },
    { emails: Array.from({ length: 501 }, (_, i) => `${i}@example.org`) },
    [],
    'x',
  ]) {
    test(`with ${JSON.stringify(json).slice(0, 60)} is a 400, and shares nothing`, async () => {
      const chat = await owner.createChat()
      expectInvalid(await post(chat, json), /^Bad Request\. Invalid body\(.*\)\.$/)
      assert.equal(await statusOf(chat), null)
    })
  }

  test('takes a password of 1 to 256 characters', async () => {
    for (const password of ['x', 'y'.repeat(256), ' spaces around ', 'naïve:pässwörd 🌊']) {
      const share = await owner.share(await owner.createChat(), { password })
      assert.equal((await anyone.unlock(share.uuid, password)).status, 204, password)
    }
  })

  test('takes a time with any offset and answers in UTC', async () => {
    const share = await owner.share(await owner.createChat(), { expires_at: '2999-06-01T12:00:00+02:00' })
    assert.equal(share.expires_at, '2999-06-01T10:00:00.000Z')
  })
})

describe('a share, as the status route of the seeds tells it,', () => {
  test('is its UUID and nothing else', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { password: 'sesame' })
    const answer = await owner.get(owner.path(`/chats/${chat.id}/shares`))
    assert.equal(answer.text, JSON.stringify({ uuid: share.uuid }))
  })

  test('is null while there is none, and once it is deleted', async () => {
    const chat = await owner.createChat()
    const answer = await owner.get(owner.path(`/chats/${chat.id}/shares`))
    assert.equal(answer.text, 'null')
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    const share = await owner.share(chat)
    await owner.send('DELETE', owner.sharePath(share))
    assert.equal(await statusOf(chat), null)
  })

  test('is null while paused, and comes back', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { is_shared: false })
    assert.equal(await statusOf(chat), null)
    await owner.changeShare(share, { is_shared: true })
    assert.deepEqual(await statusOf(chat), { uuid: share.uuid })
  })

  test('is null once used up', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { max_views: 1 })
    assert.deepEqual(await statusOf(chat), { uuid: share.uuid })
    await anyone.readShare(share.uuid)
    assert.equal(await statusOf(chat), null)
  })

  test('is there for a private share too', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { is_protected: true })
    assert.deepEqual(await statusOf(chat), { uuid: share.uuid })
  })
})

describe('changing a share', () => {
  test('is answered with the share as it is now', async () => {
    const share = await owner.share(await owner.createChat())
    const expires_at = inFuture(day)
    const changed = await owner.changeShare(share, { max_views: 4, expires_at })
    assert.deepEqual({ ...changed, updated_at: '' }, { ...share, max_views: 4, expires_at, updated_at: '' })
    assert.deepEqual(await owner.findShare(share), changed)
  })

  test('pauses it for the very next reader, and resumes it', async () => {
    const share = await owner.share(await owner.createChat())
    for (let round = 0; round < 3; round++) {
      assert.equal((await anyone.readShare(share.uuid)).status, 200)
      await owner.changeShare(share, { is_shared: false })
      expectRow(await anyone.readShare(share.uuid), 'inactive')
      await owner.changeShare(share, { is_shared: true })
    }
  })

  test('sets and removes limits', async () => {
    const share = await owner.share(await owner.createChat(), { max_views: 5, expires_at: inFuture(day) })
    const changed = await owner.changeShare(share, { max_views: null, expires_at: null })
    assert.deepEqual([changed.max_views, changed.expires_at], [null, null])
  })

  test('replaces the whitelist', async () => {
    const share = await owner.share(await owner.createChat(), { emails: ['a@example.org', 'b@example.org'] })
    const changed = await owner.changeShare(share, { emails: ['c@example.org', 'b@example.org'] })
    assert.equal(changed.whitelist_count, 2)
    const emails = (await owner.listEntries(share)).map(({ email }) => email)
    assert.deepEqual(emails.toSorted(), ['b@example.org', 'c@example.org'])
  })

  test('to something that is refused changes nothing', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'sesame', max_views: 3 })
    for (const json of [
      { max_views: 9, password: '' },
      { max_views: 9, expires_at: '2020-01-01T00:00:00.000Z' },
      { max_views: 9, is_protected: false },
      { max_views: 9, emails: ['nobody'] },
      { max_views: 9, is_shared: null },
    ]) {
      expectInvalid(await patch(share, json), /^Bad Request\. Invalid body\(.*\)\.$/)
    }
    assert.deepEqual(await owner.findShare(share), share)
  })

  test('removes a password by null, under its other name too', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'sesame' })
    const changed = await owner.changeShare(share, { hashed_password: null, is_protected: false })
    assert.deepEqual([changed.has_password, changed.is_protected], [false, false])
  })
})

describe('a live share', () => {
  test('shows what is added, changed and deleted', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    const [first] = await owner.addMessages(chat, [{ content: 'added', role: 'user' }])
    assert.deepEqual(await contents(share), [...greeting.map(({ content }) => content), 'added'])
    await owner.send('DELETE', owner.path(`/chats/${chat.id}/messages/${first?.id}`))
    assert.deepEqual(
      await contents(share),
      greeting.map(({ content }) => content),
    )
  })
})

describe('a snapshot', () => {
  const before = greeting.map(({ content }) => content)

  test('shows the chat as it was, whatever happens to it', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { snapshot: true })
    await owner.addMessages(chat, [{ content: 'later', role: 'user' }])
    assert.deepEqual(await contents(share), before)
    const list = expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
    const [first] = list.chatMessages
    const path = owner.path(`/chats/${chat.id}/messages/${first?.id}`)
    await owner.send('PATCH', path, { json: { content: 'changed' } })
    assert.deepEqual(await contents(share), before)
    await owner.send('DELETE', path)
    assert.deepEqual(await contents(share), before)
    assert.equal((await contents(share, owner)).includes('changed'), false)
  })

  // What was read once is kept, and would hide that the snapshot itself changed.
  test('shows the chat as it was to who reads it for the first time after a change', async () => {
    for (const change of [{ method: 'PATCH', json: { content: 'changed' } }, { method: 'DELETE' }] as const) {
      const chat = await owner.createChat()
      const share = await owner.share(chat, { snapshot: true })
      const list = expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
      const path = owner.path(`/chats/${chat.id}/messages/${list.chatMessages[0]?.id}`)
      assert.equal((await owner.send(change.method, path, change)).status, 200)
      assert.deepEqual(await contents(share), before)
    }
  })

  test('is brought up to date only when asked', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { snapshot: true })
    await owner.addMessages(chat, [{ content: 'later', role: 'user' }])
    const kept = await owner.changeShare(share, { snapshot: true })
    assert.equal(kept.snapshot_at, share.snapshot_at)
    assert.deepEqual(await contents(share), before)
    const reposted = await owner.share(chat, { snapshot: true })
    assert.equal(reposted.snapshot_at, share.snapshot_at)
    await untilAfter(share.snapshot_at ?? 0)
    const answer = await owner.send('POST', owner.sharePath(share, '/snapshot'))
    const updated = expectOk(answer, shapes.share).share
    assert.ok((updated.snapshot_at ?? '') > (share.snapshot_at ?? ''))
    assert.deepEqual(await contents(share), [...before, 'later'])
  })

  test('of a live share freezes it as it is now', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    await owner.addMessages(chat, [{ content: 'first', role: 'user' }])
    expectOk(await owner.send('POST', owner.sharePath(share, '/snapshot')), shapes.share)
    await owner.addMessages(chat, [{ content: 'second', role: 'user' }])
    assert.deepEqual(await contents(share), [...before, 'first'])
  })

  test('goes live again', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { snapshot: true })
    await owner.addMessages(chat, [{ content: 'later', role: 'user' }])
    const live = await owner.changeShare(share, { snapshot: false })
    assert.equal(live.snapshot_at, null)
    assert.deepEqual(await contents(share), [...before, 'later'])
    const frozen = await owner.changeShare(share, { snapshot: true })
    assert.notEqual(frozen.snapshot_at, null)
    await owner.addMessages(chat, [{ content: 'latest', role: 'user' }])
    assert.deepEqual(await contents(share), [...before, 'later'])
  })

  test('keeps the times of its messages', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { snapshot: true })
    const list = expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
    const shared = expectOk(await anyone.readShare(share.uuid), shapes.sharedChat)
    assert.deepEqual(shared.chatMessages.map(times), list.chatMessages.map(times))
  })
})

describe('rotating a share', () => {
  test('gives it a new link, and the old one is dead at once', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { max_views: 100 })
    assert.equal((await anyone.readShare(share.uuid)).status, 200)
    const rotated = expectOk(await owner.send('POST', owner.sharePath(share, '/rotate')), shapes.share).share
    assert.equal(rotated.id, share.id)
    assert.notEqual(rotated.uuid, share.uuid)
    assert.equal(rotated.share_uuid, rotated.uuid)
    assert.ok(rotated.url.endsWith(rotated.uuid))
    expectRow(await anyone.readShare(share.uuid), 'notFound')
    expectRow(await owner.readShare(share.uuid), 'notFound')
    assert.equal((await anyone.readShare(rotated.uuid)).status, 200)
    assert.deepEqual(await statusOf(chat), { uuid: rotated.uuid })
  })

  test('keeps its protection', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'sesame' })
    const rotated = expectOk(await owner.send('POST', owner.sharePath(share, '/rotate')), shapes.share).share
    expectRow(await anyone.readShare(rotated.uuid), 'unauthorized', info({ isPrivate: true, password: true }))
    assert.equal((await anyone.readShare(rotated.uuid, 'sesame')).status, 200)
  })
})

describe('deleting a share', () => {
  test('kills its link at once; the chat stays, and sharing it again gives another link', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { password: 'sesame', emails: ['a@example.org'] })
    expectOk(await owner.send('DELETE', owner.sharePath(share)), shapes.true)
    expectRow(await anyone.readShare(share.uuid, 'sesame'), 'notFound')
    expectRow(await owner.readShare(share.uuid), 'notFound')
    expectNotFound(await owner.send('DELETE', owner.sharePath(share)), 'Share not found')
    expectNotFound(await patch(share, { is_shared: true }), 'Share not found')
    const next = await owner.share(chat)
    assert.notEqual(next.uuid, share.uuid)
    assert.deepEqual([next.has_password, next.whitelist_count, next.is_protected], [false, 0, false])
  })
})

describe('the preview', () => {
  test('of an open share shows what anyone gets', async () => {
    const share = await owner.share(await owner.createChat())
    const shown = await preview(share)
    assert.deepEqual([shown.outcome, shown.statusCode], ['show', 200])
    const { chatMessages } = expectOk(await anyone.readShare(share.uuid), shapes.sharedChat)
    assert.deepEqual(shown.chatMessages, chatMessages)
  })

  const listed = { email: 'Listed@Example.org' }
  const cases: [what: string, share: object, visitor: object, outcome: string, status: number][] = [
    ['a stranger at a password', { password: 'p' }, {}, 'ask-password', 401],
    ['someone with the password', { password: 'p' }, { has_password: true }, 'show', 200],
    ['someone without the password', { password: 'p' }, { has_password: false }, 'ask-password', 401],
    ['a stranger at a whitelist', { emails: ['listed@example.org'] }, {}, 'ask-sign-in', 401],
    ['somebody listed', { emails: ['listed@example.org'] }, listed, 'show', 200],
    [
      'somebody not listed',
      { emails: ['listed@example.org'] },
      { email: 'x@example.org' },
      'not-listed',
      403,
    ],
    ['a stranger at a private share', { is_protected: true }, {}, 'ask-sign-in', 401],
    ['anybody at a private share', { is_protected: true }, listed, 'not-listed', 403],
    [
      'the listed without the password',
      { password: 'p', emails: ['listed@example.org'] },
      listed,
      'ask-password',
      401,
    ],
    [
      'the listed with the password',
      { password: 'p', emails: ['listed@example.org'] },
      { ...listed, has_password: true },
      'show',
      200,
    ],
    [
      'the password without an account',
      { password: 'p', emails: ['listed@example.org'] },
      { has_password: true },
      'ask-sign-in',
      401,
    ],
    [
      'anybody at a paused share',
      { is_shared: false, password: 'p' },
      { has_password: true },
      'inactive',
      404,
    ],
  ]
  for (const [what, body, visitor, outcome, statusCode] of cases) {
    test(`tells what ${what} gets: ${outcome}`, async () => {
      const share = await owner.share(await owner.createChat(), body)
      const shown = await preview(share, visitor)
      assert.deepEqual([shown.outcome, shown.statusCode], [outcome, statusCode])
      assert.equal(shown.chatMessages !== undefined, statusCode === 200)
    })
  }

  test('counts nothing and uses nothing up', async () => {
    const share = await owner.share(await owner.createChat(), { max_views: 1 })
    for (let i = 0; i < 3; i++) await preview(share)
    assert.equal((await owner.findShare(share)).view_count, 0)
    assert.equal((await anyone.readShare(share.uuid)).status, 200)
    assert.equal((await preview(share)).outcome, 'inactive')
  })

  test('of what is no visitor is a 400', async () => {
    const share = await owner.share(await owner.createChat())
    for (const json of [{ email: 5 }, { email: 'nobody' }, { has_password: 'yes' }, []]) {
      expectInvalid(await owner.send('POST', owner.sharePath(share, '/preview'), { json }))
    }
  })
})

describe('the list of my links', () => {
  test('has all of mine, with state and views, and nobody else\u2019s', async () => {
    const person = await signUp(server.url)
    assert.deepEqual(expectOk(await person.get(person.path('/shares')), shapes.shares).shares, [])
    const open = await person.share(await person.createChat())
    const paused = await person.share(await person.createChat(), {
      is_shared: false,
      emails: ['a@example.org'],
    })
    await anyone.readShare(open.uuid)
    const { shares } = expectOk(await person.get(person.path('/shares')), shapes.shares)
    const byId = shares.toSorted((a, b) => a.id - b.id)
    const { last_viewed_at } = byId[0] ?? open
    assert.ok(
      Date.parse(last_viewed_at ?? '') >= Date.parse(open.created_at),
      'it was viewed after it was made',
    )
    assert.deepEqual(byId, [{ ...open, view_count: 1, last_viewed_at }, paused])
  })
})

test('a password never leaves the server, in any answer about the share', async () => {
  const password = 'Xk7-never-to-be-seen'
  const chat = await owner.createChat()
  const share = await owner.share(chat, { password, emails: ['a@example.org'] })
  const answers = await Promise.all([
    owner.get(owner.path('/shares')),
    owner.get(owner.path(`/chats/${chat.id}/shares`)),
    owner.get(owner.path(`/chats/${chat.id}`)),
    owner.get(owner.sharePath(share, '/whitelist-entries')),
    owner.readShare(share.uuid),
    owner.send('POST', owner.sharePath(share, '/preview'), { json: { has_password: true } }),
    owner.send('POST', owner.sharePath(share, '/rotate')),
    patch(share, { password }),
    patch(share, { password: `${password}\0` }),
  ])
  for (const answer of answers) {
    assert.doesNotMatch(answer.text, /never-to-be-seen|argon2/, answer.request)
  }
  assert.doesNotMatch(await server.database.rawContent(), /never-to-be-seen/)
  const invalid = await patch(share, { password: 'p'.repeat(300) })
  assert.equal(readAs(shapes.validationError, invalid).data.issues.length > 0, true)
  assert.doesNotMatch(invalid.text, /ppppp/)
})

const previewPage = (share: Share, query = '') => owner.get(owner.sharePath(share, `/preview${query}`))

describe('the preview as a page', () => {
  test('is the one that each visitor gets, and counts nothing', async () => {
    const share = await owner.share(await owner.createChat(), {
      password: 'p',
      emails: ['listed@example.org'],
      max_views: 1,
    })
    for (const [query, words] of [
      ['?has_password=true', 'Sign in to see this chat'],
      ['?email=x@example.org&has_password=true', 'You have confirmed <strong>x@example.org</strong>'],
      ['?email=listed@example.org', 'Enter the password'],
      ['?email=listed@example.org&has_password=true', 'id="message-1"'],
    ] as const) {
      const shown = await previewPage(share, query)
      assert.equal(shown.status, 200)
      assert.ok(shown.text.includes(words), `${query}: ${words}`)
      assert.match(shown.headers.get('cache-control') ?? '', /no-store/)
    }
    assert.equal((await owner.findShare(share)).view_count, 0)
  })

  test('may stand in a frame of the app, sends nothing, and is its owner’s alone', async () => {
    const share = await owner.share(await owner.createChat())
    const policy = (await previewPage(share)).headers.get('content-security-policy') ?? ''
    assert.match(policy, /frame-ancestors 'self'/)
    assert.match(policy, /form-action 'none'/)
    const other = await signUp(server.url)
    assert.equal((await other.get(owner.sharePath(share, '/preview'))).status, 404)
    assert.equal((await anyone.get(owner.sharePath(share, '/preview'))).status, 401)
  })
})

describe('the name that a chat is shared by', () => {
  test('is told on its page, and nowhere before its owner gives one', async () => {
    const share = await owner.share(await owner.createChat())
    const read = async () => (await anyone.get(`/shared/chats/${share.uuid}`)).text
    assert.doesNotMatch(await read(), /Shared by/)
    const named = await owner.changeShare(share, { shared_by: ' Ada \u202e<b>Lovelace</b>\n' })
    assert.equal(named.shared_by, 'Ada <b>Lovelace</b>')
    assert.match(await read(), /Shared by <strong>Ada &lt;b&gt;Lovelace&lt;\/b&gt;<\/strong>/)
    assert.equal((await owner.changeShare(share, { max_views: 5 })).shared_by, 'Ada <b>Lovelace</b>')
    assert.equal((await owner.changeShare(share, { shared_by: null })).shared_by, undefined)
  })

  test('isn’t told to who may not read the chat', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'p', shared_by: 'Ada Lovelace' })
    const refused = await anyone.get(`/shared/chats/${share.uuid}`)
    assert.equal(refused.status, 401)
    assert.doesNotMatch(refused.text, /Lovelace/)
  })

  test('is one line of at most 60 characters', async () => {
    const share = await owner.share(await owner.createChat())
    for (const shared_by of ['', '  ', 'a'.repeat(61), 5]) {
      expectInvalid(await owner.send('PATCH', owner.sharePath(share), { json: { shared_by } }))
    }
  })
})

const savePage = (share: Share) => `/shared/chats/${share.uuid}/save`

describe('the page to save a shared chat', () => {
  test('shows with which account, saves a copy there, and leads to it', async () => {
    const share = await owner.share(await owner.createChat())
    const reader = await signUp(server.url)
    const shown = await reader.get(savePage(share))
    assert.ok(shown.text.includes(`Signed in as <strong>${reader.email}</strong>`))
    for (const format of ['html', 'markdown', 'json', 'openai'])
      assert.ok(shown.text.includes(`export?format=${format}`))
    const saved = await reader.send('POST', savePage(share), { form: {} })
    assert.equal(saved.status, 303)
    assert.match(saved.headers.get('location') ?? '', /^\/chats\/\d+$/)
    const { chats } = expectOk(await reader.get(reader.path('/chats')), shapes.chats)
    assert.equal(chats.length, 1)
  })

  test('lets nobody keep what they may not read', async () => {
    const share = await owner.share(await owner.createChat(), { password: 'p' })
    const reader = await signUp(server.url)
    for (const answer of [
      await reader.get(savePage(share)),
      await reader.send('POST', savePage(share), { form: {} }),
    ]) {
      assert.equal(answer.status, 303)
      assert.equal(answer.headers.get('location'), `/shared/chats/${share.uuid}`)
    }
    const guest = await createVisitor(server.url).send('POST', savePage(share), { form: {} })
    assert.match(guest.headers.get('location') ?? '', /^\/sign-in\?next=/)
  })
})
