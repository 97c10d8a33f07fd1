import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type NewMessage } from '../kit/client.ts'
import { expectInvalid, expectNotFound, expectPlain } from '../kit/refusals.ts'
import { shapes, type Chat } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { untilAfter } from '../kit/until.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const MiB = 1024 * 1024
const path = (chat: Chat, rest = '') => owner.path(`/chats/${chat.id}/messages${rest}`)
const post = (chat: Chat, json: unknown) => owner.send('POST', path(chat), { json })
const list = async (chat: Chat) => expectOk(await owner.get(path(chat)), shapes.messages).chatMessages
const contents = async (chat: Chat) => (await list(chat)).map(({ content }) => content)
const user = (content: string): NewMessage => ({ content, role: 'user' })
const assistant = (content: string): NewMessage => ({ content, role: 'assistant' })

describe('a message', () => {
  test('is added alone, under the names that clients send', async () => {
    const chat = await owner.createChat([])
    const answer = await post(chat, { message: 'How deep is Neptune?', actor: 'user' })
    const { chatMessage } = expectOk(answer, shapes.message)
    assert.equal(chatMessage.chat_conversation_id, chat.id)
    assert.equal(chatMessage.neptun_user_id, owner.id)
    assert.equal(chatMessage.message, 'How deep is Neptune?')
    assert.equal(chatMessage.content, 'How deep is Neptune?')
    assert.deepEqual([chatMessage.actor, chatMessage.role], ['user', 'user'])
    assert.deepEqual(await list(chat), [chatMessage])
  })

  test('keeps every character it has', async () => {
    const chat = await owner.createChat([])
    const texts = [
      ' leading and trailing ',
      'line\r\nbreaks\n\n\ttabs',
      'café cafe\u0301 — neither is normalised',
      '🌊👨‍👩‍👧 مرحبا שלום \u202e',
      '<script>alert(1)</script> &amp; "quotes" \\ \u2028',
      `'; drop table messages; --`,
      '\ufeffbyte order mark',
      '\u0001\u001f\u007f',
    ]
    await owner.addMessages(chat, texts.map(user))
    assert.deepEqual(await contents(chat), texts)
    const share = await owner.share(chat)
    const shared = expectOk(await createVisitor(server.url).readShare(share.uuid), shapes.sharedChat)
    assert.deepEqual(
      shared.chatMessages.map(({ content }) => content),
      texts,
    )
  })

  test('loses its NULs, and lone surrogates become U+FFFD', async () => {
    const chat = await owner.createChat([])
    await owner.addMessages(chat, [user('a\0b\0'), user('a\ud800b'), user('\udc00\ud800')])
    await post(chat, { message: 'x\0y\udfff', actor: 'assistant' })
    assert.deepEqual(await contents(chat), ['ab', 'a\ufffdb', '\ufffd\ufffd', 'xy\ufffd'])
    const [message] = await list(chat)
    const json = { content: 'c\0d\ud800' }
    const changed = expectOk(
      await owner.send('PATCH', path(chat, `/${message?.id}`), { json }),
      shapes.message,
    )
    assert.equal(changed.chatMessage.content, 'cd\ufffd')
  })

  test('may be 1 MiB long and no longer', async () => {
    const chat = await owner.createChat([])
    expectOk(await post(chat, { message: 'x'.repeat(MiB), actor: 'user' }), shapes.message)
    expectInvalid(await post(chat, { message: 'x'.repeat(MiB + 1), actor: 'user' }))
    expectInvalid(await post(chat, { message: 'é'.repeat(MiB / 2 + 1), actor: 'user' }))
    expectInvalid(await post(chat, { messages: [user('fine'), user('x'.repeat(MiB + 1))] }))
    assert.equal((await list(chat)).length, 1)
  })

  for (const json of [
    {},
    { message: 'x' },
    { actor: 'user' },
    { message: 5, actor: 'user' },
    { message: 'x', actor: 'system' },
    { message: 'x', actor: 'User' },
    { message: null, actor: 'user' },
    { messages: 'x' },
    { messages: {} },
    { messages: [{}] },
    { messages: [null] },
    { messages: ['x'] },
    { messages: [{ content: 'x' }] },
    { messages: [{ role: 'user' }] },
    { messages: [{ content: 'x', role: 'system' }] },
    { messages: [{ content: ['x'], role: 'user' }] },
    [],
    'x',
    null,
  ]) {
    test(`${JSON.stringify(json)} is none: a 400`, async () => {
      const chat = await owner.createChat([])
      expectInvalid(await post(chat, json), /^Bad Request\. Invalid body\(.*\)\.$/)
      assert.deepEqual(await list(chat), [])
    })
  }
})

describe('many messages at once', () => {
  test('are stored in the order of the conversation', async () => {
    const chat = await owner.createChat([])
    const first = Array.from({ length: 250 }, (_, i) => (i % 2 === 0 ? user(`${i}`) : assistant(`${i}`)))
    const added = await owner.addMessages(chat, first)
    assert.deepEqual(
      added.map(({ content, role }) => ({ content, role })),
      first,
    )
    await owner.addMessages(chat, [user('a'), assistant('b')])
    await post(chat, { message: 'c', actor: 'user' })
    assert.deepEqual(await contents(chat), [...first.map(({ content }) => content), 'a', 'b', 'c'])
  })

  test('are all stored or none', async () => {
    const chat = await owner.createChat([])
    await owner.addMessages(chat, [user('before')])
    const messages = [
      ...Array.from({ length: 500 }, (_, i) => user(`${i}`)),
      { content: 'x', role: 'nobody' },
    ]
    expectInvalid(await post(chat, { messages }))
    assert.deepEqual(await contents(chat), ['before'])
  })

  test('keep their order when several requests arrive together: each stays in one piece', async () => {
    const chat = await owner.createChat([])
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 10 }, (__, i) => user(`${batch}.${i}`)),
    )
    await Promise.all(batches.map((batch) => owner.addMessages(chat, batch)))
    const stored = await contents(chat)
    assert.equal(stored.length, 80)
    for (let start = 0; start < 80; start += 10) {
      const batch = stored[start]?.split('.')[0]
      const expected = Array.from({ length: 10 }, (_, i) => `${batch}.${i}`)
      assert.deepEqual(stored.slice(start, start + 10), expected)
    }
  })

  test('are all shown, however many short ones there are', async () => {
    for (const count of [64, 65, 300]) {
      const sent = Array.from({ length: count }, (_, index) => user(`${index}`))
      const share = await owner.share(await owner.createChat(sent))
      const { chatMessages } = expectOk(
        await createVisitor(server.url).readShare(share.uuid),
        shapes.sharedChat,
      )
      assert.deepEqual(
        chatMessages.map(({ content }) => content),
        sent.map(({ content }) => content),
      )
    }
  })

  test('are seen by readers of a live share at once, in the same order', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    const reader = createVisitor(server.url)
    for (let round = 0; round < 5; round++) {
      await owner.addMessages(chat, [user(`question ${round}`), assistant(`answer ${round}`)])
      const shared = expectOk(await reader.readShare(share.uuid), shapes.sharedChat)
      assert.deepEqual(
        shared.chatMessages.map(({ content }) => content),
        await contents(chat),
      )
    }
  })
})

describe('changing a message', () => {
  test('changes its content, and nothing else about it', async () => {
    const chat = await owner.createChat([user('my key is hunter2'), assistant('keep it to yourself')])
    const [secret, reply] = await list(chat)
    const json = { content: 'my key is …' }
    await untilAfter(secret?.updated_at ?? 0)
    const answer = await owner.send('PATCH', path(chat, `/${secret?.id}`), { json })
    const { chatMessage } = expectOk(answer, shapes.message)
    const expected = {
      ...secret,
      content: json.content,
      message: json.content,
      updated_at: chatMessage.updated_at,
    }
    assert.deepEqual(chatMessage, expected)
    assert.ok(chatMessage.updated_at > (secret?.updated_at ?? ''))
    assert.deepEqual(await list(chat), [chatMessage, reply])
  })

  test('is obeyed by the next reader of the share', async () => {
    const chat = await owner.createChat([user('my key is hunter2')])
    const share = await owner.share(chat)
    const reader = createVisitor(server.url)
    assert.match((await reader.readShare(share.uuid)).text, /hunter2/)
    const [secret] = await list(chat)
    await owner.send('PATCH', path(chat, `/${secret?.id}`), { json: { content: 'redacted' } })
    const answer = await reader.readShare(share.uuid)
    assert.doesNotMatch(answer.text, /hunter2/)
    assert.match(answer.text, /redacted/)
  })

  test('to something that is no content is a 400', async () => {
    const chat = await owner.createChat([user('stays')])
    const [message] = await list(chat)
    for (const json of [{}, { content: 5 }, { content: null }, { content: 'x'.repeat(MiB + 1) }]) {
      const answer = await owner.send('PATCH', path(chat, `/${message?.id}`), { json })
      expectInvalid(answer, 'Bad Request. Invalid body(content).')
    }
    assert.deepEqual(await contents(chat), ['stays'])
  })
})

describe('deleting a message', () => {
  test('deletes that one, and the next reader of the share sees it gone', async () => {
    const chat = await owner.createChat([user('one'), assistant('two'), user('three')])
    const share = await owner.share(chat)
    const reader = createVisitor(server.url)
    await reader.readShare(share.uuid)
    const [, two] = await list(chat)
    expectOk(await owner.send('DELETE', path(chat, `/${two?.id}`)), shapes.true)
    assert.deepEqual(await contents(chat), ['one', 'three'])
    assert.doesNotMatch((await reader.readShare(share.uuid)).text, /two/)
    expectNotFound(await owner.send('DELETE', path(chat, `/${two?.id}`)), 'Message not found')
    expectNotFound(
      await owner.send('PATCH', path(chat, `/${two?.id}`), { json: { content: 'x' } }),
      'Message not found',
    )
  })

  test('leaves room for new ones at the end', async () => {
    const chat = await owner.createChat([user('one'), assistant('two')])
    const [, two] = await list(chat)
    await owner.send('DELETE', path(chat, `/${two?.id}`))
    await owner.addMessages(chat, [assistant('another two')])
    assert.deepEqual(await contents(chat), ['one', 'another two'])
  })
})

describe('deleting the last exchange', () => {
  const cases: [
    name: string,
    before: NewMessage[],
    after: string[],
    assistant: string | null,
    user: string | null,
  ][] = [
    [
      'takes the answer and its question',
      [user('q1'), assistant('a1'), user('q2'), assistant('a2')],
      ['q1', 'a1'],
      'a2',
      'q2',
    ],
    [
      'takes a question without an answer alone',
      [user('q1'), assistant('a1'), user('q2')],
      ['q1', 'a1'],
      null,
      'q2',
    ],
    ['takes an answer without a question alone', [assistant('a1')], [], 'a1', null],
    ['takes only one of two questions', [user('q1'), user('q2'), assistant('a2')], ['q1'], 'a2', 'q2'],
    [
      'takes only one of two answers',
      [user('q1'), assistant('a1'), assistant('a2')],
      ['q1', 'a1'],
      'a2',
      null,
    ],
    ['empties a chat of one exchange', [user('q1'), assistant('a1')], [], 'a1', 'q1'],
  ]
  for (const [name, before, left, deletedAssistant, deletedUser] of cases) {
    test(name, async () => {
      const chat = await owner.createChat(before)
      const stored = await list(chat)
      const answer = expectOk(await owner.send('DELETE', path(chat, '/last')), shapes.lastMessages)
      const find = (content: string | null) => stored.find((message) => message.content === content) ?? null
      assert.deepEqual(answer.maybeAssistantMessageToDelete, find(deletedAssistant))
      assert.deepEqual(answer.maybeUserMessageToDelete, find(deletedUser))
      assert.deepEqual(await contents(chat), left)
    })
  }

  test('of an empty chat is a 400', async () => {
    const chat = await owner.createChat([])
    expectInvalid(await owner.send('DELETE', path(chat, '/last')))
  })

  test('is seen by the next reader of the share', async () => {
    const chat = await owner.createChat([user('q1'), assistant('a1'), user('regretted'), assistant('a2')])
    const share = await owner.share(chat)
    const reader = createVisitor(server.url)
    await reader.readShare(share.uuid)
    await owner.send('DELETE', path(chat, '/last'))
    assert.doesNotMatch((await reader.readShare(share.uuid)).text, /regretted/)
  })
})

describe('a chat is full', () => {
  test('at 100,000 messages: one more is refused, and nothing is lost', async () => {
    const chat = await owner.createChat([])
    const messages = Array.from({ length: 99_999 }, (_, i) => user(String(i)))
    assert.equal((await post(chat, { messages })).status, 200)
    const two = await post(chat, { messages: [user('a'), user('b')] })
    expectInvalid(two, /^Bad Request\. Invalid body\(.*\)\.$/)
    expectOk(await post(chat, { message: 'the last', actor: 'user' }), shapes.message)
    const full = await post(chat, { message: 'one more', actor: 'user' })
    expectInvalid(full, /^Bad Request\. Invalid body\(.*\)\.$/)
    const stored = await list(chat)
    assert.equal(stored.length, 100_000)
    assert.equal(stored.at(-1)?.content, 'the last')
    await owner.send('DELETE', path(chat, '/last'))
    expectOk(await post(chat, { message: 'one more', actor: 'user' }), shapes.message)
  })

  test('at 64 MiB: one byte more is refused, added or changed, and nothing is lost', async () => {
    const chat = await owner.createChat([])
    const [first] = await owner.addMessages(chat, [user('x'), user('x'.repeat(MiB - 1))])
    const messages = Array.from({ length: 16 }, () => user('x'.repeat(MiB)))
    for (const count of [16, 16, 16, 15]) {
      assert.equal((await post(chat, { messages: messages.slice(0, count) })).status, 200)
    }
    const added = await post(chat, { message: 'y', actor: 'user' })
    expectInvalid(added, /^Bad Request\. Invalid body\(.*\)\.$/)
    const grown = await owner.send('PATCH', path(chat, `/${first?.id}`), { json: { content: 'yy' } })
    expectInvalid(grown, /^Bad Request\. Invalid body\(.*\)\.$/)
    const changed = await owner.send('PATCH', path(chat, `/${first?.id}`), { json: { content: 'y' } })
    expectOk(changed, shapes.message)
    const stored = await list(chat)
    assert.deepEqual([stored.length, stored[0]?.content], [65, 'y'])
  })

  test('20 MiB of messages in one request are taken, and answered, to the letter', async () => {
    const chat = await owner.createChat([])
    const messages = Array.from({ length: 19 }, (_, index) => user(`${index} ${'é '.repeat(MiB / 3 - 2)}`))
    const answered = expectOk(await post(chat, { messages }), shapes.messages).chatMessages
    const sent = messages.map(({ content }) => content)
    assert.ok(sent.every((content, index) => content === answered[index]?.content))
    const stored = await contents(chat)
    assert.ok(stored.length === 19 && sent.every((content, index) => content === stored[index]))
  })
})

test("nobody adds to, reads or deletes somebody else's messages", async () => {
  const chat = await owner.createChat([user('mine')])
  const other = await signUp(server.url)
  for (const base of [owner.path(''), other.path('')]) {
    const messages = `${base}/chats/${chat.id}/messages`
    const expected = base === owner.path('') ? 'User not found' : 'Chat not found'
    expectNotFound(await other.get(messages), expected)
    expectNotFound(await other.send('POST', messages, { json: { message: 'x', actor: 'user' } }), expected)
    expectNotFound(await other.send('DELETE', `${messages}/last`), expected)
    expectPlain(await createVisitor(server.url).get(messages), 401, 'Unauthorized')
  }
  assert.deepEqual(await contents(chat), ['mine'])
})

const rendered = async (chat: Chat, query = '') =>
  expectOk(await owner.get(path(chat, `/rendered${query}`)), shapes.renderedMessages).renderedMessages
const onOneLine = (html: string) => html.replace(/\s+/g, ' ')

describe('messages as HTML', () => {
  test('are what the chat’s readers get', async () => {
    const chat = await owner.createChat([
      user('a\n\n'.repeat(60)),
      assistant('# Moons\n\n| a |\n|-|\n| 1 |\n\n<script>alert(1)</script>[^1]\n\n[^1]: A note.'),
    ])
    const { uuid } = await owner.share(chat)
    const page = await createVisitor(server.url).get(`/shared/chats/${uuid}`)
    const messages = await rendered(chat)
    assert.deepEqual(
      messages.map(({ number }) => number),
      [1, 2],
    )
    for (const { html } of messages) assert.ok(onOneLine(page.text).includes(onOneLine(html)), html)
    assert.match(messages[0]?.html ?? '', /^<details class="message-fold">/)
    assert.doesNotMatch(messages[1]?.html ?? '', /<script/)
  })

  test('come from where one asks, and no more than that', async () => {
    const chat = await owner.createChat(Array.from({ length: 60 }, (_, index) => user(`text ${index + 1}`)))
    const stored = await list(chat)
    const some = await rendered(chat, '?from=59&limit=50')
    assert.deepEqual(
      some.map(({ id, number }) => [id, number]),
      [
        [stored[58]?.id, 59],
        [stored[59]?.id, 60],
      ],
    )
    assert.equal((await rendered(chat)).length, 20)
    assert.deepEqual(await rendered(chat, '?from=61'), [])
    for (const query of ['?from=0', '?limit=51', '?from=x']) {
      expectInvalid(await owner.get(path(chat, `/rendered${query}`)))
    }
  })

  test('are their owner’s alone', async () => {
    const chat = await owner.createChat()
    const other = await signUp(server.url)
    expectNotFound(await other.get(other.path(`/chats/${chat.id}/messages/rendered`)), 'Chat not found')
  })
})
