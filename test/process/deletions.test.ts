import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepBody } from '../../src/storage/queries/bodies.ts'
import { appendMessages } from '../../src/storage/queries/messages.ts'
import { findReadableChat, raiseRevision } from '../../src/storage/queries/chats.ts'
import type { Store } from '../../src/storage/store.ts'
import { createVisitor, type Person, signUp } from '../kit/client.ts'
import { openStoreAt } from '../kit/store.ts'
import { restartServer, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** Many more than are removed at once, which are 500. */
const MESSAGES = 4_000
/** So many that their owner can't see them all removed with the next requests. */
const MOST_MESSAGES = 20_000
const content = 'Tides. '.repeat(100)

/** Writes a long chat past the API, which takes a while. */
async function lengthen(store: Store, chatId: number, count: number): Promise<void> {
  const messages = Array.from({ length: count }, () => ({
    role: 'user' as const,
    content,
    createdAt: 1,
  }))
  await store.transaction(async (trx) => {
    await appendMessages(trx, chatId, 1000, messages)
    const change = { messages: count, bytes: count * content.length, lastPosition: 1000 + count }
    await raiseRevision(trx, chatId, change, 1)
  })
}

async function countRows(store: Store): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of [
    'users',
    'chats',
    'messages',
    'shares',
    'snapshot_messages',
    'deleted_users',
  ] as const) {
    const { count } = await store.read
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = count
  }
  return counts
}

async function expectGone(owner: Person, uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) {
    const visitor = createVisitor(owner.url)
    assert.equal((await visitor.readShare(uuid)).status, 404)
    assert.equal((await visitor.get(`/shared/chats/${uuid}`)).status, 404)
    assert.equal((await visitor.get(`/api/shared/chats/${uuid}/export?format=json`)).status, 404)
    assert.equal((await visitor.unlock(uuid, 'open sesame')).status, 404)
  }
}

test('a large account is gone with the next request, and its rows are removed later, over a crash too', async () => {
  const server = await startServer()
  const store = await openStoreAt(server.database.url)
  try {
    const bystander = await signUp(server.url)
    const staying = await bystander.share(await bystander.createChat())
    const before = await countRows(store)
    const owner = await signUp(server.url)
    const chat = await owner.createChat()
    await lengthen(store, chat.id, MOST_MESSAGES)
    const frozen = await owner.share(chat, { snapshot: true })
    const locked = await owner.share(await owner.createChat(), { password: 'open sesame' })
    await createVisitor(server.url).readShare(frozen.uuid)

    assert.equal((await owner.send('DELETE', owner.path())).status, 200)
    await expectGone(owner, [frozen.uuid, locked.uuid])
    assert.equal((await owner.get(owner.path('/chats'))).status, 401)
    assert.notEqual(
      (await countRows(store))['messages'],
      before['messages'],
      'they are removed little by little',
    )
    const again = await signUp(server.url, { email: owner.email })
    assert.notEqual(again.id, owner.id)
    const theirs = await again.share(await again.createChat())
    await server.kill()

    const restarted = await restartServer(server)
    try {
      await until('all is removed', async () => (await countRows(store))['deleted_users'] === 0)
      const left = await countRows(store)
      assert.deepEqual(
        { chats: left['chats'], shares: left['shares'], snapshots: left['snapshot_messages'] },
        { chats: Number(before['chats']) + 1, shares: Number(before['shares']) + 1, snapshots: 0 },
      )
      assert.equal(left['users'], Number(before['users']) + 1)
      for (const { uuid } of [staying, theirs]) {
        assert.equal((await createVisitor(restarted.url).readShare(uuid)).status, 200)
      }
    } finally {
      await restarted.stop()
    }
  } finally {
    await store.close()
    await server.close()
  }
})

test('deleted chats are gone with the next request, those that stay are untouched, and what they held is removed', async () => {
  const server = await startServer()
  const store = await openStoreAt(server.database.url)
  try {
    const owner = await signUp(server.url)
    const [long, short, kept] = [await owner.createChat(), await owner.createChat(), await owner.createChat()]
    await lengthen(store, long.id, MESSAGES)
    const shares = [await owner.share(long), await owner.share(short, { snapshot: true })]
    const staying = await owner.share(kept)
    const answer = await owner.send('DELETE', owner.path('/chats'), {
      json: { chat_ids: [long.id, short.id] },
    })
    assert.equal(answer.status, 200, answer.text)
    await expectGone(
      owner,
      shares.map(({ uuid }) => uuid),
    )
    for (const { id } of [long, short]) {
      assert.equal((await owner.get(owner.path(`/chats/${id}`))).status, 404)
      assert.equal((await owner.get(owner.path(`/chats/${id}/messages`))).status, 404)
    }
    const listed = (await owner.get(owner.path('/shares'))).text
    assert.ok(listed.includes(staying.uuid))
    for (const { uuid } of shares) assert.equal(listed.includes(uuid), false)
    await until('all is removed', async () => (await countRows(store))['deleted_users'] === 0)
    const left = await countRows(store)
    assert.deepEqual([left['users'], left['chats'], left['shares']], [1, 1, 1])
    assert.equal((await createVisitor(server.url).readShare(staying.uuid)).status, 200)
  } finally {
    await store.close()
    await server.close()
  }
})

test('a large snapshot goes with the next request, be it dropped, replaced or deleted with its link, and its rows later', async () => {
  const server = await startServer()
  const store = await openStoreAt(server.database.url)
  try {
    const owner = await signUp(server.url)
    const chat = await owner.createChat()
    await lengthen(store, chat.id, MESSAGES)
    const share = await owner.share(chat, { snapshot: true })
    const frozen = await createVisitor(server.url).readShare(share.uuid)
    const [late] = await owner.addMessages(chat, [{ role: 'user', content: 'later' }])
    assert.ok(late)
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).text, frozen.text)

    const updated = await owner.send('POST', owner.sharePath(share, '/snapshot'))
    assert.equal(updated.status, 200, updated.text)
    assert.match((await createVisitor(server.url).readShare(share.uuid)).text, /later/)
    await owner.send('DELETE', owner.path(`/chats/${chat.id}/messages/${late.id}`))
    await owner.changeShare(share, { snapshot: false })
    assert.doesNotMatch((await createVisitor(server.url).readShare(share.uuid)).text, /later/)
    await owner.changeShare(share, { snapshot: true })
    assert.equal((await owner.send('DELETE', owner.sharePath(share))).status, 200)
    await expectGone(owner, [share.uuid])

    await until('all is removed', async () => (await countRows(store))['deleted_users'] === 0)
    const left = await countRows(store)
    assert.deepEqual([left['users'], left['chats'], left['shares'], left['snapshot_messages']], [1, 1, 0, 0])
    assert.equal(left['messages'], MESSAGES + 2)
  } finally {
    await store.close()
    await server.close()
  }
})

test('of finished bytes, those kept longest ago go when they are too old, or more than there may be', async () => {
  const server = await startServer()
  const store = await openStoreAt(server.database.url)
  const day = 24 * 60 * 60 * 1000
  const listKept = async (): Promise<string[]> => {
    const rows = await store.read.selectFrom('kept_bodies').select('format').orderBy('format').execute()
    return rows.map(({ format }) => format)
  }
  try {
    const owner = await signUp(server.url)
    const { id } = await owner.createChat()
    const { revision = '' } = (await findReadableChat(store, id)) ?? {}
    const source = { kind: 'chat', id, chatId: id, revision, size: 1 } as const
    const keep = (format: string, mebibytes: number, daysAgo: number) =>
      keepBody(store, source, format, {
        bytes: new Uint8Array(mebibytes * 1024 * 1024),
        at: Date.now() - daysAgo * day,
      })
    await keep('a: too old', 0.01, 31)
    await keep('b: too many', 1, 3)
    await keep('c: too many', 1, 2)
    await keep('d: stays', 0.5, 1)
    await keep('e: stays', 0.4, 0)
    assert.equal((await listKept()).length, 5)
    await server.stop()
    const restarted = await restartServer(server, { KEPT_MB: '1' })
    try {
      await until('they are gone', async () => (await listKept()).length <= 2)
      assert.deepEqual(await listKept(), ['d: stays', 'e: stays'])
    } finally {
      await restarted.stop()
    }
  } finally {
    await store.close()
    await server.close()
  }
})
