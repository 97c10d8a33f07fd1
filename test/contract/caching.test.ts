import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Answer } from '../kit/client.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const share = async (body: object = {}) => owner.share(await owner.createChat(), body)
const markdown = { accept: 'text/markdown' }

async function etagOf(of: Share, password?: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await anyone.readShare(of.uuid, password, headers)
  assert.equal(answer.status, 200)
  const etag = answer.headers.get('etag')
  assert.match(etag ?? '', /^(W\/)?"[^"]+"$/)
  return etag ?? ''
}

function expectHeaders(answer: Answer, cacheControl: string): void {
  assert.equal(answer.headers.get('cache-control'), cacheControl, answer.request)
  const vary = (answer.headers.get('vary') ?? '').toLowerCase().split(/, */).toSorted()
  assert.deepEqual(vary, ['accept', 'authorization', 'cookie'], answer.request)
}

const neverIndexed = (answer: Answer) =>
  assert.equal(answer.headers.get('x-robots-tag'), 'noindex, nofollow, noarchive', answer.request)

describe('an answer about an open share', () => {
  test('may be kept by the browser, but is checked each time', async () => {
    const of = await share()
    const answer = await anyone.readShare(of.uuid)
    expectHeaders(answer, 'private, no-cache')
    expectHeaders(await anyone.readShare(of.uuid, undefined, markdown), 'private, no-cache')
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' }
    expectHeaders(await anyone.readShare(of.uuid, undefined, headers), 'private, no-cache')
  })
})

describe('every other answer is kept by nobody', () => {
  test('of a share with a password, shown or not', async () => {
    const of = await share({ password: 'sesame' })
    expectHeaders(await anyone.readShare(of.uuid, 'sesame'), 'private, no-store')
    expectHeaders(await anyone.readShare(of.uuid), 'private, no-store')
    expectHeaders(await anyone.unlock(of.uuid, 'sesame'), 'private, no-store')
    expectHeaders(await owner.readShare(of.uuid), 'private, no-store')
    const headers = { 'if-none-match': '*' }
    expectHeaders(await anyone.readShare(of.uuid, 'sesame', headers), 'private, no-store')
  })

  test('of a share that is paused, or none', async () => {
    expectHeaders(await anyone.readShare((await share({ is_shared: false })).uuid), 'private, no-store')
    expectHeaders(await anyone.readShare('nonsense'), 'private, no-store')
  })

  test('of accounts, chats, errors and unknown routes', async () => {
    const answers = await Promise.all([
      owner.get(owner.path()),
      owner.get(owner.path('/chats')),
      owner.get(owner.path('/chats/2147483647')),
      owner.send('HEAD', '/api/auth/check'),
      anyone.get(owner.path()),
      anyone.get('/nowhere'),
      anyone.get('/api/users/x'),
      anyone.send('POST', '/api/auth/login', { body: '{', headers: { 'content-type': 'application/json' } }),
      anyone.send('POST', '/api/auth/login', { body: 'x', headers: { 'content-type': 'text/plain' } }),
      anyone.send('POST', '/api/auth/login', { json: {}, headers: { origin: 'https://elsewhere.example' } }),
    ])
    for (const answer of answers) expectHeaders(answer, 'private, no-store')
  })
})

describe('no answer about a share is indexed', () => {
  test('whatever it says', async () => {
    const open = await share()
    const locked = await share({ password: 'sesame' })
    const person = await signUp(server.url)
    const listed = await share({ emails: ['a@example.org'] })
    const answers = [
      await anyone.readShare(open.uuid),
      await anyone.readShare(open.uuid, undefined, markdown),
      await anyone.readShare(open.uuid, undefined, { 'if-none-match': '*' }),
      await anyone.send('HEAD', `/api/shared/chats/${open.uuid}`),
      await anyone.readShare(locked.uuid),
      await anyone.readShare(locked.uuid, 'sesame'),
      await person.readShare(listed.uuid),
      await anyone.readShare('nonsense'),
      await anyone.readShare('%zz'),
      await anyone.readShare((await share({ is_shared: false })).uuid),
      await anyone.unlock(locked.uuid, 'sesame'),
      await anyone.unlock(locked.uuid, 'wrong'),
      await owner.get(owner.path(`/chats/${open.chat_conversation_id}/shares`)),
      await owner.get(owner.path('/shares')),
    ]
    for (const answer of answers) neverIndexed(answer)
  })
})

describe('If-None-Match', () => {
  test('with the ETag of what one has is a 304 without a body', async () => {
    const of = await share()
    const etag = await etagOf(of)
    const opaque = etag.replace('W/', '')
    for (const value of [etag, `W/${opaque}`, opaque, `"other", ${etag}`, `${etag},"other"`, '*']) {
      const answer = await anyone.readShare(of.uuid, undefined, { 'if-none-match': value })
      assert.deepEqual([answer.status, answer.text], [304, ''], value)
      assert.equal(answer.headers.get('etag'), etag)
    }
  })

  test('with anything else is the whole answer', async () => {
    const of = await share()
    const etag = await etagOf(of)
    for (const value of ['"other"', 'W/"other"', '', 'banana', etag.replaceAll('"', ''), `${etag}x`, '"*"']) {
      const answer = await anyone.readShare(of.uuid, undefined, { 'if-none-match': value })
      assert.equal(answer.status, 200, value)
    }
  })

  test('is asked after the access check: a 304 is never a way to tell', async () => {
    const of = await share({ password: 'sesame', emails: ['a@example.org'] })
    const person = await signUp(server.url)
    const open = await share()
    const etag = await etagOf(open)
    const flags = { isPrivate: true, password: true, whitelist: true }
    for (const value of ['*', etag]) {
      const headers = { 'if-none-match': value }
      expectRow(await anyone.readShare(of.uuid, undefined, headers), 'unauthorized', info(flags))
      expectRow(await person.readShare(of.uuid, 'sesame', headers), 'notListed', info(flags))
    }
    await owner.changeShare(open, { is_shared: false })
    expectRow(await anyone.readShare(open.uuid, undefined, { 'if-none-match': etag }), 'inactive')
    expectRow(await anyone.readShare(open.uuid, undefined, { 'if-none-match': '*' }), 'inactive')
    expectRow(await anyone.readShare('nonsense', undefined, { 'if-none-match': '*' }), 'notFound')
  })

  test('answers HEAD as it answers GET', async () => {
    const of = await share()
    const etag = await etagOf(of)
    const path = `/api/shared/chats/${of.uuid}`
    const same = await anyone.send('HEAD', path, { headers: { 'if-none-match': etag } })
    assert.equal(same.status, 304)
    const plain = await anyone.send('HEAD', path)
    assert.deepEqual([plain.status, plain.headers.get('etag')], [200, etag])
  })
})

describe('the ETag', () => {
  test('stays while nothing changes, whoever asks', async () => {
    const of = await share()
    const etag = await etagOf(of)
    assert.equal(await etagOf(of), etag)
    const person = await signUp(server.url)
    assert.equal((await person.readShare(of.uuid)).headers.get('etag'), etag)
  })

  test('differs between JSON and Markdown, and neither answers for the other', async () => {
    const of = await share()
    const json = await etagOf(of)
    const text = await etagOf(of, undefined, markdown)
    assert.notEqual(json, text)
    assert.equal(
      (await anyone.readShare(of.uuid, undefined, { ...markdown, 'if-none-match': json })).status,
      200,
    )
    assert.equal((await anyone.readShare(of.uuid, undefined, { 'if-none-match': text })).status, 200)
    assert.equal(
      (await anyone.readShare(of.uuid, undefined, { ...markdown, 'if-none-match': text })).status,
      304,
    )
  })

  const changes: [what: string, change: (of: Share) => Promise<unknown>][] = [
    [
      'a message is added',
      (of) => owner.send('POST', messages(of), { json: { message: 'new', actor: 'user' } }),
    ],
    ['the last exchange is deleted', (of) => owner.send('DELETE', `${messages(of)}/last`)],
    [
      'a message is changed',
      async (of) => {
        const list = expectOk(await owner.get(messages(of)), shapes.messages)
        const path = `${messages(of)}/${list.chatMessages[0]?.id}`
        await owner.send('PATCH', path, { json: { content: 'changed' } })
      },
    ],
    [
      'a message is deleted',
      async (of) => {
        const list = expectOk(await owner.get(messages(of)), shapes.messages)
        await owner.send('DELETE', `${messages(of)}/${list.chatMessages[0]?.id}`)
      },
    ],
    ['the share gets a password', (of) => owner.changeShare(of, { password: 'sesame' })],
    ['the share becomes private', (of) => owner.changeShare(of, { is_protected: true })],
    ['the share gets a whitelist', (of) => owner.changeShare(of, { emails: ['a@example.org'] })],
    ['the share is paused', (of) => owner.changeShare(of, { is_shared: false })],
  ]
  for (const [what, change] of changes) {
    test(`changes when ${what}`, async () => {
      const of = await share()
      const read = async () => owner.readShare(of.uuid)
      const before = await read()
      await change(of)
      const headers = { 'if-none-match': before.headers.get('etag') ?? '' }
      const after = await owner.readShare(of.uuid, undefined, headers)
      assert.equal(after.status, 200)
      assert.notEqual(after.text, before.text)
    })
  }

  test('changes from live to snapshot to a later snapshot only as far as the bytes do', async () => {
    const of = await share({ snapshot: true })
    const first = await anyone.readShare(of.uuid)
    await owner.send('POST', messages(of), { json: { message: 'later', actor: 'user' } })
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
    assert.equal((await anyone.readShare(of.uuid, undefined, headers)).status, 304)
    await owner.send('POST', owner.sharePath(of, '/snapshot'))
    const second = await anyone.readShare(of.uuid, undefined, headers)
    assert.equal(second.status, 200)
    assert.match(second.text, /later/)
    await owner.send('DELETE', `${messages(of)}/last`)
    await owner.changeShare(of, { snapshot: false })
    const live = await anyone.readShare(of.uuid, undefined, {
      'if-none-match': second.headers.get('etag') ?? '',
    })
    assert.equal(live.status, 200)
    assert.doesNotMatch(live.text, /later/)
  })

  test('of one chat is never that of another', async () => {
    const [first, second] = [await share(), await share()]
    const etag = await etagOf(first)
    const answer = await anyone.readShare(second.uuid, undefined, { 'if-none-match': etag })
    assert.equal(answer.status, 200)
  })
})

const messages = (of: Share) => owner.path(`/chats/${of.chat_conversation_id}/messages`)

describe('Accept: text/markdown', () => {
  test('gives the chat as Markdown, with every message', async () => {
    const of = await share()
    const answer = await anyone.readShare(of.uuid, undefined, markdown)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/markdown; ?charset=utf-8$/i)
    assert.match(answer.text, /largest moon of Neptune/)
    assert.match(answer.text, /Triton/)
  })

  test('is refused in the same words as JSON', async () => {
    const of = await share({ password: 'sesame' })
    const refused = await anyone.readShare(of.uuid, undefined, markdown)
    expectRow(refused, 'unauthorized', info({ isPrivate: true, password: true }))
    assert.match(refused.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal((await anyone.readShare(of.uuid, 'sesame', markdown)).status, 200)
    expectRow(await anyone.readShare('nonsense', undefined, markdown), 'notFound')
  })

  for (const accept of [
    '*/*',
    'application/json',
    'application/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'banana',
    '',
  ]) {
    test(`is not meant by Accept: ${accept}`, async () => {
      const of = await share()
      expectOk(await anyone.readShare(of.uuid, undefined, { accept }), shapes.sharedChat)
    })
  }

  for (const accept of [
    'text/markdown, */*;q=0.1',
    'Text/Markdown',
    'text/markdown;q=0.9, application/json;q=0.5',
    'text/markdown; charset=utf-8',
  ]) {
    test(`is meant by Accept: ${accept}`, async () => {
      const of = await share()
      const answer = await anyone.readShare(of.uuid, undefined, { accept })
      assert.match(answer.headers.get('content-type') ?? '', /^text\/markdown/)
    })
  }
})
