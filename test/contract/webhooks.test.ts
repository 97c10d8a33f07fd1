import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { createSendWebhook } from '../../src/webhooks/send-webhook.ts'
import { createWebhookOutbox } from '../../src/webhooks/webhook-outbox.ts'
import { type Answer, createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { expectPlain } from '../kit/refusals.ts'
import { Done } from '../../src/contract/common.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openTestStore } from '../kit/store.ts'
import { until } from '../kit/until.ts'

/** Programs are told of links by their owner's wish, signed, at least once, and never where they shouldn't. */

const server = await startServer({ env: { WEBHOOKS_PRIVATE: 'allow' } })
after(() => server.close())

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver, and what it got. @param answer what it does about each; takes it unless said */
async function startReceiver(answer: (response: ServerResponse, count: number) => void = (r) => r.end()) {
  const received: Received[] = []
  const receiver = createServer((request, response) => {
    const take = async () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
      answer(response, received.length)
    }
    void take()
  }).listen(0, '127.0.0.1')
  after(() => {
    receiver.close()
    receiver.closeAllConnections()
  })
  await once(receiver, 'listening')
  const address = receiver.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { received, url: `http://127.0.0.1:${address.port}/hook` }
}

async function add(
  person: Person,
  url: string,
  events: readonly string[] = ['share.created', 'share.viewed'],
) {
  const answer = await person.send('POST', person.path('/webhooks'), { json: { url, events } })
  return expectOk(answer, shapes.webhookCreated).webhook
}
const list = async (person: Person) =>
  expectOk(await person.get(person.path('/webhooks')), shapes.webhooks).webhooks
const typesOf = (received: readonly Received[]) =>
  received.map(({ body }) => (JSON.parse(body) as { type: string }).type)

/** A name server that leads `inside.example` to this machine, and nothing else anywhere. @returns its address */
async function startNameServer(): Promise<string> {
  const socket = createSocket('udp4')
  after(() => socket.close())
  socket.on('message', (query, { port, address }) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5)
    const isAsked = question.includes('inside') && question.at(-3) === 1
    const head = Buffer.from([0x81, isAsked ? 0x80 : 0x83, 0, 1, 0, isAsked ? 1 : 0, 0, 0, 0, 0])
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
    const parts = [query.subarray(0, 2), head, question, ...(isAsked ? [answer] : [])]
    socket.send(Buffer.concat(parts), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return `127.0.0.1:${socket.address().port}`
}

function refused(answer: Answer, field: string): void {
  assert.equal(answer.status, 400, answer.text)
  assert.match(answer.text, new RegExp(`"path":\\["${field}"`))
}

describe('a webhook', () => {
  test('is told that a link was made and read, signed, and of nothing but ids', async () => {
    const { received, url } = await startReceiver()
    const owner = await signUp(server.url)
    const { secret, ...webhook } = await add(owner, url)
    const share = await owner.share(await owner.createChat())
    await owner.share({ id: share.chat_conversation_id } as never, { max_views: 9 })
    await until('it hears of the link', () => received.length === 1)
    await createVisitor(server.url).readShare(share.uuid)
    await createVisitor(server.url).readShare(share.uuid)
    await owner.readShare(share.uuid)
    const viewsTold = () =>
      received
        .slice(1)
        .reduce((sum, { body }) => sum + (JSON.parse(body) as { data: { views: number } }).data.views, 0)
    await until('it hears of the views', () => viewsTold() === 2)

    const [created, viewed] = received
    assert.ok(created && viewed)
    const about = { share_id: share.id, share_uuid: share.uuid, chat_id: share.chat_conversation_id }
    const { timestamp, ...said } = JSON.parse(created.body) as { timestamp: string }
    assert.deepEqual(said, { type: 'share.created', data: about })
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000)
    assert.deepEqual(Object.keys((JSON.parse(viewed.body) as { data: object }).data), [
      'share_id',
      'share_uuid',
      'chat_id',
      'views',
    ])
    for (const { headers, body } of received) {
      const id = String(headers['webhook-id'])
      const time = String(headers['webhook-timestamp'])
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      assert.equal(key.length, 32)
      const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
      assert.equal(headers['webhook-signature'], `v1,${expected}`)
    }
    await until('the list tells so', async () => (await list(owner))[0]?.last_attempt?.outcome === 'taken')
    assert.equal((await list(owner))[0]?.id, webhook.id)
    assert.doesNotMatch((await owner.get(owner.path('/webhooks'))).text, /whsec/)
  })

  test('is told of what it asked for alone, and of no chats of others', async () => {
    const { received, url } = await startReceiver()
    const owner = await signUp(server.url)
    await add(owner, url, ['share.viewed'])
    const stranger = await signUp(server.url)
    const theirs = await stranger.share(await stranger.createChat())
    await createVisitor(server.url).readShare(theirs.uuid)
    const share = await owner.share(await owner.createChat())
    await createVisitor(server.url).readShare(share.uuid)
    await until('it hears of the view', () => received.length === 1)
    assert.match(received[0]?.body ?? '', new RegExp(share.uuid))
  })

  test('is sent a message to try it, and is gone at once when it is removed', async () => {
    const { received, url } = await startReceiver((response) =>
      response.writeHead(302, { location: '/else' }).end(),
    )
    const owner = await signUp(server.url)
    const { id } = await add(owner, url)
    const one = owner.path(`/webhooks/${id}`)
    assert.equal(expectOk(await owner.send('POST', `${one}/test`), Done), true)
    await until(
      'it was tried',
      async () => (await list(owner))[0]?.last_attempt?.outcome === 'it answered 302',
    )
    assert.deepEqual(typesOf(received), ['webhook.test'])
    assert.deepEqual(
      received.map(({ path }) => path),
      ['/hook'],
    )
    assert.equal((await list(owner))[0]?.waiting, 1)
    const stranger = await signUp(server.url)
    expectPlain(await stranger.send('DELETE', stranger.path(`/webhooks/${id}`)), 404, 'Not Found')
    expectPlain(await stranger.send('POST', stranger.path(`/webhooks/${id}/test`)), 404, 'Not Found')
    expectOk(await owner.send('DELETE', one), Done)
    assert.deepEqual(await list(owner), [])
    expectPlain(await owner.send('DELETE', one), 404, 'Not Found')
  })

  test('is one of ten at most, and its address is one', async () => {
    const owner = await signUp(server.url)
    const ask = (json: object) => owner.send('POST', owner.path('/webhooks'), { json })
    for (const url of ['example.com', 'ftp://example.com/', 'https://me:secret@example.com/'])
      refused(await ask({ url, events: ['share.viewed'] }), 'url')
    refused(await ask({ url: 'https://example.com', events: [] }), 'events')
    refused(await ask({ url: 'https://example.com', events: ['share.read'] }), 'events')
    for (let count = 0; count < 10; count++) await add(owner, `https://hook-${count}.example/`)
    assert.equal((await ask({ url: 'https://more.example/', events: ['share.viewed'] })).status, 413)
  })
})

test('nothing is sent to private networks, nor by http, unless the operator allows it', async () => {
  const strict = await startServer()
  try {
    const owner = await signUp(strict.url)
    for (const url of [
      'http://example.com/',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
    ])
      refused(
        await owner.send('POST', owner.path('/webhooks'), { json: { url, events: ['share.viewed'] } }),
        'url',
      )
  } finally {
    await strict.close()
  }
  // A name is looked at when it is connected to, whatever it led to before.
  const send = createSendWebhook(false)
  const message = { id: 'msg_1', secret: 'whsec_AAAA', content: '{}' }
  const quiet = new AbortController().signal
  await assert.rejects(send({ ...message, url: 'https://127.0.0.1:1/' }, quiet), /private network/)
  const nameServer = await startNameServer()
  const byName = createSendWebhook(false, [nameServer])
  await assert.rejects(byName({ ...message, url: 'https://inside.example/' }, quiet), /private network/)
  await assert.rejects(byName({ ...message, url: 'https://nothing.example/' }, quiet), /no such name/)
})

describe('the outbox', async () => {
  const { store, remove } = await openTestStore()
  after(remove)

  /** An account with webhooks at these addresses, to each of which something is to be sent. */
  async function waitFor(...urls: readonly string[]) {
    const now = Date.now()
    const user = await store.write
      .insertInto('users')
      .values({ email: `${randomUUID()}@example.org`, password_hash: '', created_at: now, updated_at: now })
      .returning('id')
      .executeTakeFirstOrThrow()
    const ids = []
    for (const url of urls) {
      const { id } = await store.write
        .insertInto('webhooks')
        .values({ user_id: user.id, url, events: 'share.viewed', secret: 'whsec_AAAA', created_at: now })
        .returning('id')
        .executeTakeFirstOrThrow()
      ids.push(id)
    }
    return ids
  }
  const open = (pauses = [20]) =>
    createWebhookOutbox(
      store,
      Date.now,
      createSendWebhook(true),
      { isPrivateAllowed: true, pauses },
      (error) => assert.fail(String(error)),
    )
  const waiting = async () => {
    const rows = await store.read.selectFrom('webhook_messages').select('id').execute()
    return rows.length
  }

  test('sends again what wasn’t taken, under the same id, whichever process does', async () => {
    const { received, url } = await startReceiver((response, count) =>
      count < 3 ? response.writeHead(500).end() : response.end(),
    )
    const [id = 0] = await waitFor(url)
    const outboxes = [open(), open()]
    await outboxes[0]?.test(store.write, id)
    for (const outbox of outboxes) outbox.start()
    await until('it was taken', async () => (await waiting()) === 0)
    await Promise.all(outboxes.map((outbox) => outbox.stop()))
    assert.equal(received.length, 3)
    assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1)
  })

  test('lets nobody wait for a receiver that hangs', async () => {
    const hanging = await startReceiver(() => undefined)
    const other = await startReceiver()
    const outbox = open()
    for (const id of await waitFor(...Array.from({ length: 20 }, () => hanging.url)))
      await outbox.test(store.write, id)
    const [id = 0] = await waitFor(other.url)
    await outbox.test(store.write, id)
    outbox.start()
    await until('the other one is told', () => other.received.length === 1)
    assert.equal(hanging.received.length, 1)
    await outbox.stop()
    await store.write.deleteFrom('webhook_messages').execute()
  })

  test('keeps a thousand messages for a webhook at most', async () => {
    const [id = 0] = await waitFor('http://127.0.0.1:1/')
    const outbox = open()
    const now = Date.now()
    const row = { webhook_id: id, content: '{}', attempts: 1, due_at: now, gives_up_at: now, created_at: now }
    await store.write
      .insertInto('webhook_messages')
      .values(Array.from({ length: 999 }, () => row))
      .execute()
    assert.equal(await outbox.test(store.write, id), true)
    assert.equal(await outbox.test(store.write, id), false)
  })
})
