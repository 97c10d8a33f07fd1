import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { expectInvalid } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'

let server: Server
let owner: Person
before(async () => {
  server = await startServer()
  owner = await signUp(server.url)
})
after(() => server.close())

const status = async (chat: { id: number }) =>
  expectOk(await owner.get(owner.path(`/chats/${chat.id}/shares`)), shapes.shareStatus)?.uuid ?? null

const freeze = (share: { id: number; chat_conversation_id: number }, json: unknown) =>
  owner.send('POST', owner.sharePath(share, '/snapshot'), { json })

const secret = 'sk-4815162342'
const build = async () => {
  const chat = await owner.createChat(
    [
      { role: 'user', content: `My key is ${secret}.` },
      { role: 'assistant', content: 'Never show it.' },
      { role: 'user', content: `Again ${secret}${secret}!` },
      { role: 'assistant', content: 'Private end.' },
    ],
    `Keys like ${secret}`,
  )
  const { chatMessages } = expectOk(
    await owner.get(owner.path(`/chats/${chat.id}/messages`)),
    shapes.messages,
  )
  return { chat, ids: chatMessages.map(({ id }) => id) }
}
describe('several links of one chat', () => {
  test('have labels, rules, views and snapshots of their own', async () => {
    const chat = await owner.createChat()
    const main = await owner.share(chat)
    const team = await owner.share(chat, { label: 'Team', password: 'sesame' })
    const frozen = await owner.share(chat, { label: 'As it was', snapshot: true })
    assert.equal(new Set([main.uuid, team.uuid, frozen.uuid]).size, 3)
    assert.deepEqual([main.label, team.label, frozen.label], [null, 'Team', 'As it was'])
    await owner.addMessages(chat, [{ role: 'user', content: 'later' }])
    const reader = createVisitor(server.url)
    const counts = await Promise.all(
      [main, frozen].map(
        async ({ uuid }) => expectOk(await reader.readShare(uuid), shapes.sharedChat).chatMessages.length,
      ),
    )
    assert.equal((counts[0] ?? 0) - (counts[1] ?? 0), 1)
    assert.equal((await reader.readShare(team.uuid)).status, 401)
    await owner.changeShare(main, { is_shared: false })
    assert.deepEqual(
      [(await reader.readShare(main.uuid)).status, (await reader.readShare(frozen.uuid)).status],
      [404, 200],
    )
    assert.equal((await owner.findShare(frozen)).view_count, 2)
    assert.equal((await owner.findShare(main)).view_count, 1)
  })

  test('are changed by posting their label again, and keep their UUID', async () => {
    const chat = await owner.createChat()
    const main = await owner.share(chat)
    const team = await owner.share(chat, { label: ' Team ' })
    const again = await owner.share(chat, { label: 'Team', max_views: 3 })
    assert.deepEqual([again.id, again.uuid, again.max_views], [team.id, team.uuid, 3])
    assert.equal((await owner.share(chat, { max_views: 5 })).id, main.id)
    assert.equal((await owner.share(chat, { label: null })).id, main.id)
    assert.notEqual((await owner.share(chat, { label: 'team' })).id, team.id)
  })

  test('are renamed, but never to the label of another one', async () => {
    const chat = await owner.createChat()
    const one = await owner.share(chat, { label: 'one' })
    const two = await owner.share(chat, { label: 'two' })
    assert.equal((await owner.changeShare(one, { label: 'first' })).label, 'first')
    expectInvalid(await owner.send('PATCH', owner.sharePath(two), { json: { label: 'first' } }), /label/)
    assert.equal((await owner.changeShare(two, { label: null })).label, null)
    assert.equal((await owner.changeShare(one, { max_views: 2 })).label, 'first')
    for (const label of ['', '  ', 'x'.repeat(61), 5, 'nul\0']) {
      expectInvalid(await owner.send('POST', owner.path(`/chats/${chat.id}/shares`), { json: { label } }))
    }
  })

  test('the share status names the main one if it is active, else the oldest active one', async () => {
    const chat = await owner.createChat()
    const older = await owner.share(chat, { label: 'older' })
    const newer = await owner.share(chat, { label: 'newer' })
    assert.equal(await status(chat), older.uuid)
    const main = await owner.share(chat)
    assert.equal(await status(chat), main.uuid)
    await owner.changeShare(main, { is_shared: false })
    assert.equal(await status(chat), older.uuid)
    await owner.changeShare(older, { is_shared: false })
    assert.equal(await status(chat), newer.uuid)
    await owner.changeShare(newer, { is_shared: false })
    assert.equal(await status(chat), null)
  })

  test('a chat has at most fifty, however many are asked for at once', async () => {
    const chat = await owner.createChat()
    const path = owner.path(`/chats/${chat.id}/shares`)
    const answers = await Promise.all(
      Array.from({ length: 54 }, (_, n) => owner.send('POST', path, { json: { label: `link ${n}` } })),
    )
    assert.equal(answers.filter(({ status: code }) => code === 200).length, 50)
    const refused = answers.find(({ status: code }) => code !== 200)
    assert.equal(refused?.status, 413)
    assert.match(refused?.text ?? '', /at most 50 links/)
    expectOk(await owner.send('DELETE', owner.path(`/chats/${chat.id}`)), shapes.true)
  })

  test('go with their chat, all of them', async () => {
    const chat = await owner.createChat()
    const shares = [await owner.share(chat), await owner.share(chat, { label: 'b' })]
    expectOk(await owner.send('DELETE', owner.path(`/chats/${chat.id}`)), shapes.true)
    for (const { uuid } of shares) assert.equal((await createVisitor(server.url).readShare(uuid)).status, 404)
  })
})

describe('creating a link with an empty proof', () => {
  for (const json of [
    { password: null },
    { hashed_password: null },
    { emails: [] },
    { password: null, emails: [] },
    { password: null, is_shared: true, max_views: 3 },
  ]) {
    test(`${JSON.stringify(json)} is refused, and makes none`, async () => {
      const chat = await owner.createChat()
      const path = owner.path(`/chats/${chat.id}/shares`)
      const refused = await owner.send('POST', path, { json })
      expectInvalid(refused)
      assert.match(refused.text, /is_protected: false/)
      assert.equal(await status(chat), null)
      for (const is_protected of [true, false]) {
        const share = await owner.share(await owner.createChat(), { ...json, is_protected })
        assert.equal(share.is_protected, is_protected)
      }
      // A link that is there keeps what it has.
      const there = await owner.share(chat, { password: 'sesame' })
      assert.equal((await owner.share(chat, json)).is_protected, true)
      assert.equal((await owner.findShare(there)).is_protected, true)
    })
  }

  test('one proof is enough, and no proof at all is an open link as ever', async () => {
    const listed = await owner.share(await owner.createChat(), { password: null, emails: ['a@example.org'] })
    assert.deepEqual([listed.is_protected, listed.has_password], [true, false])
    assert.equal((await owner.share(await owner.createChat())).is_protected, false)
    assert.equal((await owner.share(await owner.createChat(), { max_views: 1 })).is_protected, false)
  })
})

describe('a part of a chat, redacted', () => {
  test('shows only the chosen messages, in the chat’s order, without the texts, in every format', async () => {
    const { chat, ids } = await build()
    const share = await owner.share(chat)
    const answer = await freeze(share, { message_ids: [ids[2], ids[0], ids[0]], redact: [secret] })
    assert.equal(expectOk(answer, shapes.share).share.is_selection, true)
    const reader = createVisitor(server.url)
    const { chatMessages } = expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
    assert.deepEqual(
      chatMessages.map(({ id, content }) => [id, content]),
      [
        [ids[0], 'My key is [redacted].'],
        [ids[2], 'Again [redacted]!'],
      ],
    )
    const formats = ['markdown', 'json', 'openai', 'html']
    const paths = [
      `/shared/chats/${share.uuid}`,
      ...formats.map((format) => `/api/shared/chats/${share.uuid}/export?format=${format}`),
    ]
    for (const path of paths) {
      const { status: code, text, headers } = await reader.get(path)
      assert.equal(code, 200, path)
      assert.doesNotMatch(text, /sk-4815|Never show|Private end/, path)
      assert.doesNotMatch(headers.get('content-disposition') ?? '', /4815/, path)
    }
    assert.equal((await owner.findShare(share)).chat_conversation_id, chat.id)
  })

  test('is never widened by accident: updating needs the choice again', async () => {
    const { chat, ids } = await build()
    const share = await owner.share(chat)
    expectOk(await freeze(share, { redact: [secret] }), shapes.share)
    expectInvalid(await freeze(share, {}), /message_ids/)
    expectInvalid(await freeze(share, undefined), /message_ids/)
    expectInvalid(await freeze(share, { redact: [] }), /message_ids/)
    expectInvalid(await freeze(share, { redacted: ['x'] }))
    const reader = createVisitor(server.url)
    assert.doesNotMatch((await reader.readShare(share.uuid)).text, /sk-4815/)
    assert.equal((await owner.changeShare(share, { snapshot: true })).is_selection, true)
    expectOk(await freeze(share, { message_ids: ids.slice(0, 1), redact: [secret] }), shapes.share)
    assert.doesNotMatch((await reader.readShare(share.uuid)).text, /sk-4815|Private end/)
    assert.equal(expectOk(await freeze(share, { message_ids: null }), shapes.share).share.is_selection, false)
    assert.match((await reader.readShare(share.uuid)).text, /Private end/)
  })

  test('refuses messages that aren’t in the chat, and too much', async () => {
    const { chat, ids } = await build()
    const share = await owner.share(chat)
    const foreign = await build()
    for (const message_ids of [[ids[0], foreign.ids[0]], [2147483647]]) {
      assert.equal((await freeze(share, { message_ids })).status, 404)
    }
    for (const json of [
      { message_ids: [] },
      { message_ids: ['1'] },
      { redact: [''] },
      { redact: [' '] },
      { redact: Array.from({ length: 201 }, (_, n) => `text ${n}`) },
    ]) {
      expectInvalid(await freeze(share, json))
    }
    assert.equal((await owner.findShare(share)).snapshot_at, null)
  })

  test('leaves the texts that were redacted nowhere but in the chat', async () => {
    const word = `zq${Date.now().toString(36)}zq`
    const chat = await owner.createChat([{ role: 'user', content: 'nothing of it' }])
    const share = await owner.share(chat)
    expectOk(await freeze(share, { redact: [word] }), shapes.share)
    assert.doesNotMatch(await server.database.rawContent(), new RegExp(word))
    assert.doesNotMatch(server.output(), new RegExp(word))
  })
})
