import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, elsewhere, expectOk, signUp, type Answer } from '../kit/client.ts'
import { expireShare } from '../kit/expire-share.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { restartServer, startServer, trustsEmails } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const share = async (body: object = {}) => owner.share(await owner.createChat(), body)
const viewCount = async (of: Share) => (await owner.findShare(of)).view_count
const count = (answers: readonly Answer[], status: number) =>
  answers.filter((a) => a.status === status).length
const head = (of: Share, headers = {}) => anyone.send('HEAD', `/api/shared/chats/${of.uuid}`, { headers })

describe('max_views', () => {
  test('lets exactly 10 of 100 parallel readers in when 10 views are left', async () => {
    const of = await share({ max_views: 10 })
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => createVisitor(server.url).readShare(of.uuid)),
    )
    assert.deepEqual([count(answers, 200), count(answers, 404)], [10, 90])
    for (const answer of answers) {
      if (answer.status === 404) expectRow(answer, 'inactive')
      else assert.deepEqual(expectOk(answer, shapes.sharedChat).shareInfo, info({}))
    }
    assert.equal(await viewCount(of), 10)
  })

  test('of 1 shows the chat once', async () => {
    const of = await share({ max_views: 1 })
    expectOk(await anyone.readShare(of.uuid), shapes.sharedChat)
    expectRow(await anyone.readShare(of.uuid), 'inactive')
    expectRow(await anyone.readShare(of.uuid, undefined, { accept: 'text/markdown' }), 'inactive')
  })

  test('counts Markdown as it counts JSON', async () => {
    const of = await share({ max_views: 2 })
    assert.equal((await anyone.readShare(of.uuid, undefined, { accept: 'text/markdown' })).status, 200)
    expectOk(await anyone.readShare(of.uuid), shapes.sharedChat)
    expectRow(await anyone.readShare(of.uuid), 'inactive')
  })

  test('is not used up by who is refused', async () => {
    const of = await share({ max_views: 1, password: 'sesame', emails: ['a@example.org'] })
    const person = await signUp(server.url)
    for (let i = 0; i < 3; i++) {
      assert.equal((await anyone.readShare(of.uuid)).status, 401)
      assert.equal((await anyone.readShare(of.uuid, 'wrong')).status, 401)
      assert.equal((await person.readShare(of.uuid, 'sesame')).status, 403)
      assert.equal((await person.unlock(of.uuid, 'sesame')).status, 204)
    }
    assert.equal(await viewCount(of), 0)
  })

  test('is not used up by the owner, by HEAD or by what the reader has already', async () => {
    const of = await share({ max_views: 2 })
    for (let i = 0; i < 3; i++) assert.equal((await owner.readShare(of.uuid)).status, 200)
    for (let i = 0; i < 3; i++) assert.equal((await head(of)).status, 200)
    const first = await anyone.readShare(of.uuid)
    const etag = first.headers.get('etag') ?? ''
    for (let i = 0; i < 3; i++) {
      assert.equal((await anyone.readShare(of.uuid, undefined, { 'if-none-match': etag })).status, 304)
    }
    assert.equal(await viewCount(of), 1)
    expectOk(await anyone.readShare(of.uuid), shapes.sharedChat)
    expectRow(await anyone.readShare(of.uuid, undefined, { 'if-none-match': etag }), 'inactive')
    assert.equal((await head(of)).status, 404)
  })

  test('can be raised: exactly the difference is let in', async () => {
    const of = await share({ max_views: 2 })
    for (const status of [200, 200, 404]) assert.equal((await anyone.readShare(of.uuid)).status, status)
    await owner.changeShare(of, { max_views: 3 })
    for (const status of [200, 404]) assert.equal((await anyone.readShare(of.uuid)).status, status)
    await owner.changeShare(of, { max_views: null })
    for (let i = 0; i < 3; i++) assert.equal((await anyone.readShare(of.uuid)).status, 200)
  })

  test('counts what was read before it was set', async () => {
    const of = await share()
    for (let i = 0; i < 20; i++) assert.equal((await anyone.readShare(of.uuid)).status, 200)
    assert.equal((await owner.changeShare(of, { max_views: 25 })).view_count, 20)
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => createVisitor(server.url).readShare(of.uuid)),
    )
    assert.deepEqual([count(answers, 200), count(answers, 404)], [5, 35])
    assert.equal(await viewCount(of), 25)
  })

  test('set while readers arrive is never passed', async () => {
    const of = await share()
    const seen = { shown: 0, afterLimit: 0 }
    let limited: Share | undefined
    const readUntilRefused = async () => {
      for (let reads = 0; reads < 1000; reads++) {
        const isAfterLimit = limited !== undefined
        const answer = await createVisitor(server.url).readShare(of.uuid)
        if (answer.status !== 200) return expectRow(answer, 'inactive')
        seen.shown += 1
        if (isAfterLimit) seen.afterLimit += 1
      }
      assert.fail(`${seen.shown} were let in`)
    }
    const readers = Promise.all(Array.from({ length: 8 }, readUntilRefused))
    await until('readers are let in', () => seen.shown >= 20)
    limited = await owner.changeShare(of, { max_views: 100 })
    await readers
    const left = 100 - limited.view_count
    assert.ok(seen.afterLimit <= left, `${seen.afterLimit} of ${left} were let in`)
    // Those who were let in before the limit was set may have been written after it: they use up none of it.
    assert.ok(seen.shown >= 100, `only ${seen.shown} were let in`)
    assert.equal(await viewCount(of), seen.shown)
  })

  test('keeps the link of the same count when the share is rotated or shared again', async () => {
    const of = await share({ max_views: 1 })
    await anyone.readShare(of.uuid)
    const again = await owner.share({ ...(await owner.createChat([])), id: of.chat_conversation_id })
    assert.deepEqual([again.uuid, again.view_count, again.max_views], [of.uuid, 1, 1])
    expectRow(await anyone.readShare(of.uuid), 'inactive')
    const rotated = expectOk(await owner.send('POST', owner.sharePath(of, '/rotate')), shapes.share).share
    assert.notEqual(rotated.uuid, of.uuid)
    assert.deepEqual([rotated.view_count, rotated.max_views], [1, 1])
    expectRow(await anyone.readShare(rotated.uuid), 'inactive')
  })
})

describe('views without a limit', () => {
  test('are in the list of my links at once', async () => {
    const of = await share()
    for (let i = 1; i <= 3; i++) {
      await anyone.readShare(of.uuid)
      assert.equal(await viewCount(of), i)
    }
  })

  test('are in the answer to a change', async () => {
    const of = await share()
    await Promise.all(Array.from({ length: 5 }, () => anyone.readShare(of.uuid)))
    assert.equal((await owner.changeShare(of, { is_shared: true })).view_count, 5)
    assert.equal(
      (await owner.share({ ...(await owner.createChat([])), id: of.chat_conversation_id })).view_count,
      5,
    )
  })

  test('are not counted for the owner, refused readers, HEAD, 304 or the preview', async () => {
    const of = await share({ password: 'sesame' })
    await owner.readShare(of.uuid)
    await anyone.readShare(of.uuid)
    await anyone.readShare(of.uuid, 'wrong')
    await head(of, { authorization: `Basic ${btoa(':sesame')}` })
    await owner.send('POST', owner.sharePath(of, '/preview'), { json: { has_password: true } })
    const first = await anyone.readShare(of.uuid, 'sesame')
    await anyone.readShare(of.uuid, 'sesame', { 'if-none-match': first.headers.get('etag') ?? '' })
    assert.equal(await viewCount(of), 1)
  })

  test('survive a stop, right after the last one', async () => {
    const first = await startServer({ env: trustsEmails })
    const person = await signUp(first.url)
    const of = await person.share(await person.createChat())
    const reader = createVisitor(first.url)
    await Promise.all(Array.from({ length: 7 }, () => reader.readShare(of.uuid)))
    const ending = await first.stop()
    assert.equal(ending.code, 0)
    const second = await restartServer(first, trustsEmails)
    try {
      assert.equal((await elsewhere(person, second.url).findShare(of)).view_count, 7)
    } finally {
      await second.close()
    }
  })

  test('are written while the server runs, so that a kill loses none that were', async () => {
    const first = await startServer({ env: trustsEmails })
    const person = await signUp(first.url)
    const of = await person.share(await person.createChat())
    const reader = createVisitor(first.url)
    await Promise.all(Array.from({ length: 7 }, () => reader.readShare(of.uuid)))
    // The first server writes what it counted when it is asked for it; the second one only sees what is written.
    const second = await startServer({ database: first.database, env: trustsEmails })
    const written = async () => (await elsewhere(person, second.url).findShare(of)).view_count
    try {
      await until('all views are written', async () => (await written()) === 7)
      await first.kill()
      assert.equal(await written(), 7)
    } finally {
      await first.kill()
      await second.close()
    }
  })
})

describe('an expiry', () => {
  test('closes the share once it has passed, for those who have unlocked it too', async () => {
    const chat = await owner.createChat()
    const of = await owner.share(chat, { password: 'sesame' })
    const reader = createVisitor(server.url)
    assert.equal((await reader.unlock(of.uuid, 'sesame')).status, 204)
    const first = await reader.readShare(of.uuid)
    expectOk(first, shapes.sharedChat)
    await expireShare(owner, of)
    expectRow(await reader.readShare(of.uuid), 'inactive')
    expectRow(
      await reader.readShare(of.uuid, undefined, { 'if-none-match': first.headers.get('etag') ?? '' }),
      'inactive',
    )
    expectRow(await anyone.readShare(of.uuid, 'sesame'), 'inactive')
    expectRow(await anyone.unlock(of.uuid, 'sesame'), 'inactive')
    assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).text, 'null')
    const own = expectOk(await owner.readShare(of.uuid), shapes.sharedChat)
    assert.equal(own.shareInfo.shareIsActive, false)
  })

  test('to come closes nothing', async () => {
    const of = await share({ expires_at: new Date(Date.now() + 3_600_000).toISOString() })
    expectOk(await anyone.readShare(of.uuid), shapes.sharedChat)
  })

  test('can be put off after it has passed', async () => {
    const of = await share()
    await expireShare(owner, of)
    expectRow(await anyone.readShare(of.uuid), 'inactive')
    await owner.changeShare(of, { expires_at: '2999-01-01T00:00:00.000Z' })
    expectOk(await anyone.readShare(of.uuid), shapes.sharedChat)
  })

  test("that has passed doesn't keep other settings from being changed", async () => {
    const of = await expireShare(owner, await share())
    const changed = await owner.changeShare(of, { max_views: 5 })
    assert.equal(changed.expires_at, of.expires_at)
    expectRow(await anyone.readShare(of.uuid), 'inactive')
  })
})
